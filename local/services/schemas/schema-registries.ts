/** Registries of the EventBridge schema registry, with every version of every schema. */
import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Touch } from '../../cloud/journal.ts';

export type Tags = Readonly<Record<string, string>>;

export interface SchemaRegistry {
  readonly name: string;
  readonly description: string;
  readonly tags: Tags;
}

export interface SchemaContent {
  /** A number, from 1 on. */
  readonly version: string;
  readonly type: string;
  readonly content: string;
  readonly createdMs: number;
}

export interface StoredSchema {
  readonly registry: string;
  readonly name: string;
  readonly description: string;
  readonly tags: Tags;
  readonly modifiedMs: number;
  /** The oldest first; never empty. */
  readonly versions: readonly SchemaContent[];
}

/** Owns the registries and their schemas: everything that changes one goes through here. */
export class SchemaRegistries {
  readonly #registries = new Map<string, SchemaRegistry>();
  readonly #schemas = new Map<string, StoredSchema>();
  readonly #touchRegistry: Touch;
  readonly #touchSchema: Touch;

  constructor({ journal }: Cloud) {
    this.#touchRegistry = journal.keep<SchemaRegistry>({
      name: 'schemas/registries',
      keys: () => this.#registries.keys(),
      read: name => this.#registries.get(name),
      restore: (name, stored) => this.#registries.set(name, stored),
    });
    this.#touchSchema = journal.keep<StoredSchema>({
      name: 'schemas/schemas',
      keys: () => this.#schemas.keys(),
      read: key => this.#schemas.get(key),
      restore: (key, stored) => this.#schemas.set(key, stored),
    });
  }

  get registries(): readonly SchemaRegistry[] {
    return [...this.#registries.values()].sort(byName);
  }

  schemasOf(registry: string): readonly StoredSchema[] {
    return [...this.#schemas.values()].filter(schema => schema.registry === registry).sort(byName);
  }

  hasRegistry(name: string): boolean {
    return this.#registries.has(name);
  }

  hasSchema(registry: string, name: string): boolean {
    return this.#schemas.has(keyOf(registry, name));
  }

  /** @throws AwsError NotFoundException */
  registry(name: string): SchemaRegistry {
    const found = this.#registries.get(name);
    if (!found) throw notFound(`Registry with name ${name} does not exist.`);
    return found;
  }

  /** @throws AwsError NotFoundException, for the registry or the schema */
  schema(registry: string, name: string): StoredSchema {
    const found = this.#schemas.get(keyOf(this.registry(registry).name, name));
    if (!found) throw notFound(`Schema with name ${name} does not exist.`);
    return found;
  }

  putRegistry(registry: SchemaRegistry): void {
    this.#registries.set(registry.name, registry);
    this.#touchRegistry(registry.name);
  }

  putSchema(schema: StoredSchema): void {
    const key = keyOf(schema.registry, schema.name);
    this.#schemas.set(key, schema);
    this.#touchSchema(key);
  }

  deleteRegistry(name: string): void {
    this.#registries.delete(name);
    this.#touchRegistry(name);
  }

  deleteSchema(registry: string, name: string): void {
    this.#schemas.delete(keyOf(registry, name));
    this.#touchSchema(keyOf(registry, name));
  }
}

export function notFound(message: string): AwsError {
  return new AwsError('NotFoundException', message, { status: 404, fields: { Code: 'NotFoundException' } });
}

function keyOf(registry: string, name: string): string {
  return `${registry}/${name}`;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/**
 * What was provisioned, kept in the journal: at the next start on the same data a resource whose properties are the same is
 * taken as it is, with everything that is in it.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Journal, Touch } from '../cloud/journal.ts';
import type { CreatedResource } from '../resources/resource-type.ts';

/** A file asset of the assembly that went into a resource, and where it was. */
export interface UsedAsset {
  readonly bucket: string;
  readonly key: string;
  readonly path: string;
}

/** One resource as it was made. */
export interface StackRecord {
  readonly type: string;
  /** Resolved, before the type read them. */
  readonly properties: unknown;
  readonly assets: readonly UsedAsset[];
  readonly created: CreatedResource;
}

export interface NamedRecord extends StackRecord {
  readonly stackName: string;
  readonly logicalId: string;
  /** Of the process that made it: the addresses of queues and APIs begin with it. */
  readonly endpoint: string;
}

export class StackRecords {
  readonly #records = new Map<string, NamedRecord>();
  readonly #touch: Touch;

  /** @param endpoint what this process is reached at: addresses in what was made before are brought up to date */
  constructor(journal: Journal, endpoint: string) {
    this.#touch = journal.keep<NamedRecord>({
      name: 'cloudformation/resources',
      keys: () => this.#records.keys(),
      read: key => this.#records.get(key),
      restore: (key, record) => this.#records.set(key, record),
    });
    for (const record of this.#records.values()) {
      if (record.endpoint === endpoint) continue;
      const created = JSON.stringify(record.created).replaceAll(record.endpoint, endpoint);
      this.set({ ...record, endpoint, created: JSON.parse(created) as CreatedResource });
    }
  }

  get(stackName: string, logicalId: string): NamedRecord | undefined {
    return this.#records.get(`${stackName}/${logicalId}`);
  }

  set(record: NamedRecord): void {
    const plain = JSON.parse(JSON.stringify(record)) as NamedRecord; // so that it compares as it will be read back
    const key = `${record.stackName}/${record.logicalId}`;
    this.#records.set(key, plain);
    this.#touch(key);
  }

  delete({ stackName, logicalId }: NamedRecord): void {
    const key = `${stackName}/${logicalId}`;
    this.#records.delete(key);
    this.#touch(key);
  }

  /** Newest first: what depends on others goes before them. */
  get newestFirst(): readonly NamedRecord[] {
    return [...this.#records.values()].reverse();
  }
}

/** The names of the properties that differ, first level only; empty when none does. */
export function changedProperties(before: unknown, after: unknown): string[] {
  const plain = JSON.parse(JSON.stringify(after ?? {})) as Record<string, unknown>;
  const old = (before ?? {}) as Record<string, unknown>; // properties are an object
  const names = new Set([...Object.keys(old), ...Object.keys(plain)]);
  return [...names].filter(name => !isDeepStrictEqual(old[name], plain[name]));
}

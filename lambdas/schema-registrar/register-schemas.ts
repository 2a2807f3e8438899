/**
 * Puts schemas into the registry.
 *
 * 1. What is registered stays: nothing here takes away or changes a version.
 * 2. Either everything that is asked for is registered afterwards, or the refusal says what is in the way and nothing was
 *    added by it.
 */
import {
  ConflictError,
  planRegistration,
  type RegisteredSchema,
  type RegistryHead,
  type SchemaRegistry,
  TerminalError,
} from '../../core/index.ts';

export interface RegisterDependencies {
  readonly registry: SchemaRegistry;
  /** @throws ConflictError when the registry has changed since the head was read */
  readonly add: (schemas: readonly RegisteredSchema[], head: RegistryHead | undefined) => Promise<RegistryHead>;
}

export interface RegisterReport {
  readonly revision: number;
  /** `<type> <version>` of what was not there before. */
  readonly added: readonly string[];
}

/** Several deployments may register at a time. */
const TRIES = 5;

/** @throws TerminalError when a version is there with another content */
export async function registerSchemas(
  wanted: readonly RegisteredSchema[],
  { registry, add }: RegisterDependencies,
): Promise<RegisterReport> {
  for (let attempt = 1; ; attempt++) {
    const head = await registry.head();
    const types = [...new Set(wanted.map(({ type }) => type))].filter(type => head?.versions[type]);
    const present = (await Promise.all(types.map(type => registry.read(type)))).flat();
    const { added, conflicting } = planRegistration(wanted, present);
    if (conflicting.length > 0) throw refusal(conflicting);
    if (added.length === 0) return { revision: head?.revision ?? 0, added: [] };
    try {
      const { revision } = await add(added, head);
      return { revision, added: added.map(nameOf) };
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === TRIES) throw error;
    }
  }
}

function refusal(conflicting: readonly RegisteredSchema[]): TerminalError {
  const names = conflicting.map(nameOf).join(', ');
  return new TerminalError(
    `Cannot register schemas: a version says one thing for ever, and ${names} is registered with another content: ` +
      'raise x-version (npm run schemas -- new-version TYPE)',
  );
}

function nameOf({ type, version }: RegisteredSchema): string {
  return `${type} ${version}`;
}

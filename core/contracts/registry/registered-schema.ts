import { canonicalJson } from '../../events/canonical-json.ts';
import { parseEventType } from '../../events/event-type.ts';
import type { SchemaObject } from '../json-schema.ts';
import { parseVersion } from './schema-version.ts';

/** One version of the schema of an event type. */
export interface RegisteredSchema {
  readonly type: string;
  readonly version: string;
  readonly schema: SchemaObject;
}

/** A schema by what it says of itself (`x-type`, `x-version`). @throws Error when it says neither, or both do not fit */
export function registeredSchema(schema: SchemaObject): RegisteredSchema {
  const { 'x-type': type, 'x-version': version } = schema;
  const parsed = typeof type === 'string' ? parseEventType(type) : undefined;
  if (typeof type !== 'string' || !parsed) {
    throw new Error(`Cannot register schema: x-type must be an event type, received ${JSON.stringify(type)}`);
  }
  const [major] = typeof version === 'string' ? (parseVersion(version) ?? []) : [];
  if (typeof version === 'string' && major === parsed.major) return { type, version, schema };
  const rule = `x-version must be ${parsed.major}.<minor>.<patch>`;
  throw new Error(`Cannot register schema of ${type}: ${rule}, received ${JSON.stringify(version)}`);
}

/** What there is to put. */
export interface Registration {
  /** Those that were not there. */
  readonly added: readonly RegisteredSchema[];
  /** Those that were there with another content: a version says one thing, for ever. */
  readonly conflicting: readonly RegisteredSchema[];
}

/** Compares what is to be registered with what is. */
export function planRegistration(
  wanted: readonly RegisteredSchema[],
  present: readonly RegisteredSchema[],
): Registration {
  const stored = new Map(present.map(each => [nameOf(each), canonicalJson(each.schema)]));
  const added: RegisteredSchema[] = [];
  const conflicting: RegisteredSchema[] = [];
  for (const each of wanted) {
    const text = canonicalJson(each.schema);
    const before = stored.get(nameOf(each));
    if (before === undefined) added.push(each);
    else if (before !== text) conflicting.push(each);
    stored.set(nameOf(each), text); // two of one name among the wanted ones have to say the same
  }
  return { added, conflicting };
}

function nameOf({ type, version }: RegisteredSchema): string {
  return `${type} ${version}`;
}

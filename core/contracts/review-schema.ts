/**
 * Judges a change to the schema of an event type, as it is asked for before the change is merged.
 *
 * 1. The rules of a type change only compatibly within its major version; what is incompatible is a new type.
 * 2. A change of rules raises the minor version at least, a change of words the patch.
 */
import { canonicalJson } from '../events/canonical-json.ts';
import { parseEventType } from '../events/event-type.ts';
import {
  COMPATIBILITY_MODES,
  type CompatibilityMode,
  checkCompatibility,
  incompatibilityText,
} from './compatibility/check-compatibility.ts';
import { isSchemaObject, type SchemaObject } from './json-schema.ts';

/** Why a change is refused. */
export interface SchemaProblem {
  /** The broken rule: a keyword of JSON Schema, or `version`, `removed`, `mode`. */
  readonly rule: string;
  /** The field of the data, or the keyword of the schema. */
  readonly field: string;
  /** JSON pointer into the schema that refuses. */
  readonly pointer: string;
  readonly text: string;
}

/** Unless a schema says otherwise (`x-compatibility`): archives are replayed, and deploys roll. */
const DEFAULT_MODE: CompatibilityMode = 'full-transitive';

/** How a schema's versions have to get along; `undefined` when it names no such way. */
export function compatibilityModeOf(schema: SchemaObject): CompatibilityMode | undefined {
  const given = schema['x-compatibility'] ?? DEFAULT_MODE;
  return COMPATIBILITY_MODES.find(mode => mode === given);
}

/** Why `next` may not follow what there was. @param previous every earlier content, the oldest first */
export function reviewSchema(previous: readonly SchemaObject[], next: SchemaObject): readonly SchemaProblem[] {
  const latest = previous.at(-1);
  const mode = compatibilityModeOf(next);
  if (!mode) {
    const text = `x-compatibility: must be one of ${COMPATIBILITY_MODES.join(', ')}`;
    return [{ rule: 'mode', field: 'x-compatibility', pointer: '/x-compatibility', text }];
  }
  const versions = previous.map(schema => ({ version: versionOf(schema), schema }));
  const found = checkCompatibility(
    versions,
    { version: `${versionOf(next)} (new)`, schema: next },
    { mode, policy: 'platform' },
  );
  const clashes = found.map(clash => {
    const { rule, field, pointer } = clash;
    return { rule, field, pointer, text: incompatibilityText(clash) };
  });
  return [...clashes, ...versionProblems(latest, next)];
}

function versionOf(schema: SchemaObject): string {
  return String(schema['x-version']);
}

function versionProblems(latest: SchemaObject | undefined, next: SchemaObject): readonly SchemaProblem[] {
  const given = versionOf(next);
  const [major = 0, minor = 0, patch = 0] = parts(given) ?? [];
  const wanted = parseEventType(String(next['x-type']))?.major;
  const problem = (text: string): readonly SchemaProblem[] => [
    { rule: 'version', field: 'x-version', pointer: '/x-version', text: `x-version: ${text}, received ${given}` },
  ];
  if (!parts(given)) return problem('must be <major>.<minor>.<patch>');
  if (wanted !== undefined && major !== wanted) return problem(`the major version must be ${wanted}, as in the type`);
  if (!latest || canonicalJson(latest) === canonicalJson(next)) return [];
  const [, oldMinor = 0, oldPatch = 0] = parts(versionOf(latest)) ?? [];
  const isMinor = minor > oldMinor;
  if (canonicalJson(rules(latest)) !== canonicalJson(rules(next))) {
    return isMinor ? [] : problem(`the rules have changed: the minor version must be above ${oldMinor}`);
  }
  return isMinor || (minor === oldMinor && patch > oldPatch)
    ? []
    : problem(`the words have changed: the version must be above ${versionOf(latest)}`);
}

function parts(version: string): readonly number[] | undefined {
  return /^\d+\.\d+\.\d+$/.test(version) ? version.split('.').map(Number) : undefined;
}

const WORDS = new Set(['title', 'description', 'examples', '$comment', '$id', '$schema', 'x-version', 'x-owner']);

/** A schema without its words. Names of fields are no words, whatever they are called. */
function rules(schema: unknown, areNames = false): unknown {
  if (Array.isArray(schema)) return schema.map(item => rules(item));
  if (!isSchemaObject(schema)) return schema;
  const kept = Object.entries(schema).filter(([name]) => areNames || !WORDS.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, rules(value, !areNames && name === 'properties')]));
}

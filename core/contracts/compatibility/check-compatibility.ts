import type { JsonSchema } from '../json-schema.ts';
import type { Clash, CompatibilityPolicy } from './comparison.ts';
import { findClashes } from './find-clashes.ts';

/**
 * What a new version has to get along with. `backward`: its readers take what was written before; `forward`: readers of
 * before take what is written under it; `full`: both. The plain forms look at the latest version only, the transitive
 * ones at every earlier version.
 */
export const COMPATIBILITY_MODES = [
  'none',
  'backward',
  'backward-transitive',
  'forward',
  'forward-transitive',
  'full',
  'full-transitive',
] as const;

export type CompatibilityMode = (typeof COMPATIBILITY_MODES)[number];

/** A version of a schema, by the name under which it is reported. */
export interface SchemaVersion {
  readonly version: string;
  readonly schema: JsonSchema;
}

/** One reason why two versions do not get along. */
export interface Incompatibility extends Clash {
  readonly direction: 'backward' | 'forward';
  /** The version whose data are refused. */
  readonly writtenBy: string;
  /** The version that refuses them. */
  readonly readBy: string;
}

/** How versions are compared. */
export interface CompatibilityOptions {
  readonly mode: CompatibilityMode;
  /** @default 'registry' */
  readonly policy?: CompatibilityPolicy;
}

/**
 * Why `next` may not follow `previous`: nothing when it may.
 * @param previous the oldest first
 */
export function checkCompatibility(
  previous: readonly SchemaVersion[],
  next: SchemaVersion,
  { mode, policy = 'registry' }: CompatibilityOptions,
): readonly Incompatibility[] {
  if (mode === 'none') return [];
  const compared = mode.endsWith('-transitive') ? previous : previous.slice(-1);
  return compared.flatMap(earlier => [
    ...(mode.startsWith('forward') ? [] : incompatibilities(earlier, next, 'backward', policy)),
    ...(mode.startsWith('backward') ? [] : incompatibilities(next, earlier, 'forward', policy)),
  ]);
}

function incompatibilities(
  writer: SchemaVersion,
  reader: SchemaVersion,
  direction: Incompatibility['direction'],
  policy: CompatibilityPolicy,
): readonly Incompatibility[] {
  const found = findClashes(writer.schema, reader.schema, policy);
  return found.map(clash => ({ ...clash, direction, writtenBy: writer.version, readBy: reader.version }));
}

/** An incompatibility in one line. */
export function incompatibilityText({
  field,
  rule,
  pointer,
  writtenBy,
  readBy,
  writes,
  reads,
}: Incompatibility): string {
  return `${field} (${rule}, at #${pointer}): written by ${writtenBy}: ${writes}; read by ${readBy}: ${reads}`;
}

import { canonicalJson, type SchemaObject } from '../../../core/index.ts';
import { type FieldChange, fieldChanges } from '../../schemas/diff.ts';
import { hasHistory, type SchemaFile, versionsUpTo } from '../../schemas/schema-files.ts';

/** A version of an event type, with what it changed. */
export interface EventVersion {
  readonly version: string;
  readonly changes: readonly FieldChange[];
  readonly isFirst: boolean;
}

/** Every version that a schema has had, the newest first. @param earlier the oldest first; any of them may be `schema` itself */
export function eventVersions(schema: SchemaObject, earlier: readonly SchemaObject[]): readonly EventVersion[] {
  const versionOf = (one: SchemaObject) => String(one['x-version'] ?? '');
  const all = [...earlier.filter(one => versionOf(one) !== versionOf(schema)), schema];
  return all
    .map((one, index) => {
      const before = all[index - 1];
      return { version: versionOf(one), changes: before ? fieldChanges(before, one) : [], isFirst: !before };
    })
    .reverse();
}

/** The versions of some schemas that git remembers, by file; none where this is no checkout. */
export async function rememberedVersions(
  files: readonly SchemaFile[],
): Promise<ReadonlyMap<string, readonly SchemaObject[]>> {
  if (!(await hasHistory())) return new Map();
  const remembered = await Promise.all(
    files.map(async ({ file, schema }) => {
      const versions = await versionsUpTo('HEAD', file);
      return [file, versions.filter(version => canonicalJson(version) !== canonicalJson(schema))] as const;
    }),
  );
  return new Map(remembered);
}

/** A version of a schema as it is written down: `<major>.<minor>.<patch>`. */
const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;
const URI = 'urn:millrace:schema:';

/** The three numbers of a version; `undefined` when it is none. */
export function parseVersion(version: string): readonly [major: number, minor: number, patch: number] | undefined {
  const [, major, minor, patch] = VERSION.exec(version) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

/** Below 0 when `a` is the older one. What is no version is older than every version. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  if (!left || !right) return Number(left !== undefined) - Number(right !== undefined);
  for (const [index, number] of left.entries()) {
    const difference = number - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What an event's `dataschema` says when its producer knows the version that it writes. */
export function schemaUri(type: string, version: string): string {
  return `${URI}${type}:${version}`;
}

/** The version of its type's schema that an event says it was written by; `undefined` when it says nothing of the kind. */
export function declaredVersion({ type, dataschema }: { readonly type: string; readonly dataschema?: string }) {
  if (dataschema === undefined) return undefined; // nearly always
  const start = `${URI}${type}:`;
  if (!dataschema.startsWith(start)) return undefined;
  const version = dataschema.slice(start.length);
  return parseVersion(version) ? version : undefined;
}

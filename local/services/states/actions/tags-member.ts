import { isJsonObject } from '../json-object.ts';

/** A request's list of `{key, value}` as a map. */
export function tagsFromList(list: unknown): Record<string, string> {
  const tags = Array.isArray(list) ? list.filter(isJsonObject) : [];
  return Object.fromEntries(tags.map(({ key, value }) => [String(key), String(value ?? '')]));
}

export function tagsToList(tags: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

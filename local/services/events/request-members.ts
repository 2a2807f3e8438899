import type { JsonObject } from '../../cloud/service.ts';

/** The text at a member of a request, `undefined` when it is left out. */
export function textMember(input: JsonObject, member: string): string | undefined {
  const value = input[member];
  return value === undefined || value === null ? undefined : String(value);
}

export function numberMember(input: JsonObject, member: string): number | undefined {
  const value = input[member];
  return typeof value === 'number' ? value : undefined;
}

export function listMember(input: JsonObject, member: string): readonly unknown[] {
  const value = input[member];
  return Array.isArray(value) ? value : [];
}

export function objectMember(input: JsonObject, member: string): JsonObject | undefined {
  const value = input[member];
  return isObject(value) ? value : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object without the members that are `undefined`, as an answer leaves out what is not set. */
export function present(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** A page of a listing; the token says where the next one begins. */
export function page<Item>(input: JsonObject, items: readonly Item[]): { items: readonly Item[]; nextToken?: string } {
  const token = textMember(input, 'NextToken');
  const from = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString());
  const to = from + (numberMember(input, 'Limit') ?? items.length);
  if (to >= items.length) return { items: items.slice(from) };
  return { items: items.slice(from, to), nextToken: Buffer.from(String(to)).toString('base64') };
}

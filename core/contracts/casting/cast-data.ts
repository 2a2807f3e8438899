/** How data of one minor version become data of another. Nothing is changed: what differs is copied, the rest is shared. */
import { isSchemaObject } from '../json-schema.ts';
import type { DataShape } from './data-shape.ts';

/** The data as a newer version knows them: what is absent and has a default is filled in. */
export function filledData(shape: DataShape, data: unknown): unknown {
  if (Array.isArray(data)) return shape.items ? sameOr(data, castItems(shape.items, data, filledData)) : data;
  const { members } = shape;
  if (!members || !isSchemaObject(data)) return data;
  let filled = data;
  for (const [name, member] of Object.entries(members)) {
    const isThere = Object.hasOwn(data, name);
    if (!isThere && member.default === undefined) continue;
    const value = isThere ? filledData(member, data[name]) : structuredClone(member.default);
    if (!isThere || value !== data[name]) filled = { ...filled, [name]: value };
  }
  return filled;
}

/** The data as an older version knows them: members that it does not name are left out. */
export function trimmedData(shape: DataShape, data: unknown): unknown {
  if (Array.isArray(data)) return shape.items ? sameOr(data, castItems(shape.items, data, trimmedData)) : data;
  const { members } = shape;
  if (!members || !isSchemaObject(data)) return data;
  const names = Object.keys(data);
  const kept = names.filter(name => Object.hasOwn(members, name));
  const cast = kept.map(name => [name, trimmedData(members[name] ?? {}, data[name])] as const);
  const isSame = kept.length === names.length && cast.every(([name, value]) => value === data[name]);
  return isSame ? data : Object.fromEntries(cast);
}

/** Whether anything in a shape has a default: without any, there is nothing to fill. */
export function hasDefaults({ members = {}, items, default: standIn }: DataShape): boolean {
  if (standIn !== undefined) return true;
  return (items !== undefined && hasDefaults(items)) || Object.values(members).some(hasDefaults);
}

function castItems(shape: DataShape, data: readonly unknown[], cast: typeof filledData): readonly unknown[] {
  return data.map(item => cast(shape, item));
}

function sameOr(data: readonly unknown[], cast: readonly unknown[]): readonly unknown[] {
  return cast.every((item, index) => item === data[index]) ? data : cast;
}

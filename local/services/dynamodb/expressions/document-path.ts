/** Paths into items: `a`, `a.b[3].c`. */
import { type AttributeValue, attributeOf, type Item } from '../values/attribute-value.ts';

/** Attribute names and list indexes, from the item down. */
export type DocumentPath = readonly (string | number)[];

export function resolvePath(item: Item, path: DocumentPath): AttributeValue | undefined {
  let value = attributeOf(item, path[0] as string); // a path begins with a name
  for (let depth = 1; depth < path.length && value; depth++) value = childOf(value, path[depth] as string | number); // in range
  return value;
}

export function childOf(value: AttributeValue, step: string | number): AttributeValue | undefined {
  if (typeof step === 'number') return 'L' in value ? value.L[step] : undefined;
  return 'M' in value ? attributeOf(value.M, step) : undefined;
}

/** As error texts show a path: `[a, b, [3]]`. */
export function pathText(path: DocumentPath): string {
  return `[${path.map(step => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;
}

export function samePath(a: DocumentPath, b: DocumentPath): boolean {
  return a.length === b.length && a.every((step, depth) => step === b[depth]);
}

/** Why two paths cannot be used together, as DynamoDB says it; undefined when they can. */
export function pathClash(paths: readonly DocumentPath[]): string | undefined {
  for (const [index, second] of paths.entries()) {
    for (const first of paths.slice(0, index)) {
      const relation = relate(first, second);
      if (relation) {
        return `Two document paths ${relation} with each other; must remove or rewrite one of these paths; path one: ${pathText(first)}, path two: ${pathText(second)}`;
      }
    }
  }
  return undefined;
}

/** One within the other overlaps; a name and an index at the same place conflict. */
function relate(a: DocumentPath, b: DocumentPath): 'overlap' | 'conflict' | undefined {
  const shared = Math.min(a.length, b.length);
  for (let depth = 0; depth < shared; depth++) {
    if (a[depth] === b[depth]) continue;
    return typeof a[depth] === typeof b[depth] ? undefined : 'conflict';
  }
  return 'overlap';
}

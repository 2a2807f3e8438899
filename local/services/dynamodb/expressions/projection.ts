/** Cuts the paths of a projection out of items. */
import {
  type AttributeValue,
  attributeOf,
  copyValue,
  type Item,
  type ItemDraft,
  setAttribute,
} from '../values/attribute-value.ts';
import { childOf, type DocumentPath, pathClash } from './document-path.ts';
import { invalidExpression } from './tokens.ts';

/** The steps that a projection takes from one place, and where they lead; a leaf (no steps) takes all. */
export interface Projection {
  readonly steps: ReadonlyMap<string | number, Projection>;
}

interface ProjectionDraft {
  readonly steps: Map<string | number, ProjectionDraft>;
}

/** @throws AwsError ValidationException when paths clash */
export function checkedProjection(paths: readonly DocumentPath[]): Projection {
  const clash = pathClash(paths);
  if (clash) throw invalidExpression('ProjectionExpression', clash);
  return projectionOf(paths);
}

/** Of paths that do not clash. */
export function projectionOf(paths: readonly DocumentPath[]): Projection {
  const root: ProjectionDraft = { steps: new Map() };
  for (const path of paths) {
    let node = root;
    for (const step of path) {
      const next: ProjectionDraft = node.steps.get(step) ?? { steps: new Map() };
      node.steps.set(step, next);
      node = next;
    }
  }
  return root;
}

/** The projected part of an item, as a copy; list elements keep their order and close ranks. */
export function project(projection: Projection, item: Item): Item {
  const part: ItemDraft = {};
  for (const [step, inner] of projection.steps) {
    const value = typeof step === 'string' ? attributeOf(item, step) : undefined;
    const cut = value && projectValue(inner, value);
    if (cut) setAttribute(part, step as string, cut); // an item's steps are names
  }
  return part;
}

function projectValue(projection: Projection, value: AttributeValue): AttributeValue | undefined {
  if (projection.steps.size === 0) return copyValue(value);
  if ('M' in value) {
    const part = project(projection, value.M);
    return Object.keys(part).length > 0 ? { M: part } : undefined;
  }
  if (!('L' in value)) return undefined;
  const elements = [...projection.steps]
    .sort(([a], [b]) => Number(a) - Number(b))
    .flatMap(([step, inner]) => {
      const element = childOf(value, step);
      const cut = element && projectValue(inner, element);
      return cut ? [cut] : [];
    });
  return elements.length > 0 ? { L: elements } : undefined;
}

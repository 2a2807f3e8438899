import { isJsonObject } from '../json-object.ts';
import type { JsonPath } from './json-path.ts';

/** A result cannot be put where its ResultPath says. */
export class ReferencePathError extends Error {
  readonly code = 'ReferencePath';
}

/**
 * Answers `target` with `value` at a reference path (members and array indexes only), making the objects on the way.
 * `target` itself is left as it is. @throws ReferencePathError
 */
export function putAtReferencePath(target: unknown, path: JsonPath, value: unknown): unknown {
  return put(target, { path, depth: 0, value });
}

interface Placement {
  readonly path: JsonPath;
  readonly depth: number;
  readonly value: unknown;
}

function put(target: unknown, placement: Placement): unknown {
  const step = placement.path.steps[placement.depth];
  if (!step) return placement.value;
  const deeper = { ...placement, depth: placement.depth + 1 };
  if (step.kind === 'members' && step.names[0] !== undefined) {
    const name = step.names[0];
    if (target !== undefined && !isJsonObject(target)) throw unable(placement, target);
    return { ...target, [name]: put(target && Object.hasOwn(target, name) ? target[name] : undefined, deeper) };
  }
  if (step.kind === 'indexes' && step.indexes[0] !== undefined) {
    const index = step.indexes[0];
    if (!Array.isArray(target) || index < 0 || index >= target.length) throw unable(placement, target);
    return target.map((item, i) => (i === index ? put(item, deeper) : item));
  }
  throw unable(placement, target);
}

function unable(placement: Placement, target: unknown): ReferencePathError {
  const found = target === undefined ? 'undefined' : JSON.stringify(target);
  return new ReferencePathError(`Unable to apply ReferencePath ${placement.path.text} to input ${found}`);
}

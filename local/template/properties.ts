/** Parses a resource's properties by its type's schema, with CloudFormation's leniency about scalars. */
import type { z } from 'zod';
import type { ResourceType } from '../resources/resource-type.ts';
import type { Path } from './intrinsics/intrinsic.ts';
import { holdsUnknown } from './unknown.ts';

export interface PropertyProblem {
  readonly path: Path;
  readonly reason: string;
}

export type ParsedProperties =
  | { readonly ok: true; readonly properties: unknown }
  | { readonly ok: false; readonly problems: readonly PropertyProblem[] };

type Issue = z.core.$ZodIssue;

/**
 * CloudFormation takes `"30"` for 30, `"true"` for true and 30 for `"30"`: a value of the wrong scalar type is turned
 * into the right one where that loses nothing.
 */
export function parseProperties(definition: ResourceType<unknown>, properties: unknown): ParsedProperties {
  const first = definition.properties.safeParse(properties);
  if (first.success) return { ok: true, properties: first.data };
  const lenient = structuredClone(properties);
  for (const issue of first.error.issues) coerceAt(lenient, issue);
  const second = definition.properties.safeParse(lenient);
  if (second.success) return { ok: true, properties: second.data };
  return { ok: false, problems: second.error.issues.flatMap(issue => describeIssue(issue, lenient)) };
}

/** The problems that `properties` has whatever its unknown values turn out to be. */
export function knownProblems(definition: ResourceType<unknown>, properties: unknown): readonly PropertyProblem[] {
  try {
    const parsed = parseProperties(definition, properties);
    if (parsed.ok) return [];
    return parsed.problems.filter(({ path }) => !holdsUnknown(valueAt(properties, path)));
  } catch (error) {
    if (holdsUnknown(properties)) return []; // a refinement that cannot live with the stand-ins is asked again later
    throw error;
  }
}

function describeIssue(issue: Issue, properties: unknown): PropertyProblem[] {
  const path = issue.path.map(step => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({ path: [...path, key], reason: 'this property is not supported' }));
  }
  if (issue.code === 'invalid_union') return describeUnion(issue, path, properties);
  return [{ path, reason: issue.message }];
}

/** The complaints of the alternative that comes nearest: the one whose complaints lie deepest. */
function describeUnion(issue: Issue & { code: 'invalid_union' }, path: Path, properties: unknown): PropertyProblem[] {
  const alternatives = issue.errors.map(issues =>
    issues.flatMap(inner => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, properties)),
  );
  const depth = (problems: PropertyProblem[]) => Math.max(0, ...problems.map(problem => problem.path.length));
  const onlyUnknown = alternatives.find(problems =>
    problems.every(problem => holdsUnknown(valueAt(properties, problem.path))),
  );
  if (onlyUnknown) return onlyUnknown;
  const deepest = alternatives.sort((a, b) => depth(b) - depth(a))[0] ?? [];
  return depth(deepest) > path.length ? deepest : [{ path, reason: 'no supported form of this property fits' }];
}

function coerceAt(properties: unknown, issue: Issue): void {
  if (issue.code === 'invalid_union') {
    for (const inner of issue.errors.flat()) coerceAt(properties, { ...inner, path: [...issue.path, ...inner.path] });
    return;
  }
  const last = issue.path.at(-1);
  if (issue.code !== 'invalid_type' || last === undefined) return;
  const parent = valueAt(properties, issue.path.slice(0, -1));
  if (typeof parent !== 'object' || parent === null) return;
  const members = parent as Record<PropertyKey, unknown>; // an object or a list, by the check above
  const coerced = coerce(members[last], issue.expected);
  if (coerced !== undefined) members[last] = coerced;
}

function coerce(value: unknown, expected: string): unknown {
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  if (typeof value !== 'string') return undefined;
  if ((expected === 'number' || expected === 'int') && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  if (expected === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return undefined;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let part = value;
  for (const step of path) {
    if (typeof part !== 'object' || part === null) return undefined;
    part = (part as Record<PropertyKey, unknown>)[step]; // an object or a list, by the check above
  }
  return part;
}

/** Checks what a pattern asks of the fields of events. */
import { type BusEventShape, reachedInEvent } from './bus-event.ts';
import { type FieldCondition, fieldOf } from './event-pattern.ts';
import { commonObstacle, judgeMatcher } from './judge-matcher.ts';
import type { Matcher } from './matcher.ts';
import { suggestion } from './nearest-name.ts';
import type { Reached } from './reached-values.ts';
import { fieldProblem, type RuleProblem } from './rule-problem.ts';

/** What is wrong with each matcher of a condition; nothing where some event of the shapes can meet it. */
export function conditionProblems(
  condition: FieldCondition,
  shapes: readonly BusEventShape[],
): ReadonlyMap<Matcher, RuleProblem | undefined> {
  const field = fieldOf(condition);
  const reached = shapes.map(shape => reachedInEvent(shape, condition.path));
  const declared = reached.filter(({ isDeclared }) => isDeclared);
  if (declared.length === 0) {
    const problem = fieldProblem('unknown-field', field, unknownFieldText(condition.path, shapes));
    return new Map(condition.matchers.map(matcher => [matcher, problem]));
  }
  return new Map(
    condition.matchers.map(matcher => {
      const isAbsence = matcher.kind === 'exists' && !matcher.isThere;
      if (isAbsence && declared.length < shapes.length) return [matcher, undefined]; // others do without it
      const obstacle = commonObstacle(declared.map(each => judgeMatcher(matcher, each)));
      return [matcher, obstacle && fieldProblem(obstacle.kind, field, obstacle.reason)];
    }),
  );
}

/** Why events of a shape cannot meet a condition; nothing when they can. */
export function unmetBy(shape: BusEventShape, condition: FieldCondition): string | undefined {
  const reached = reachedInEvent(shape, condition.path);
  const field = fieldOf(condition);
  const found = condition.matchers.map(matcher => {
    const isAbsence = matcher.kind === 'exists' && !matcher.isThere;
    if (!reached.isDeclared) return isAbsence ? undefined : `has no ${field}`;
    const obstacle = judgeMatcher(matcher, reached);
    return obstacle && obstacle.kind !== 'pointless' ? `${field} ${obstacle.reason}` : undefined;
  });
  return found.includes(undefined) ? undefined : found[0];
}

/** Says which name of a path is known nowhere, and what is there instead. Continues a sentence that the field begins. */
export function unknownFieldText(path: readonly string[], shapes: readonly BusEventShape[]): string {
  const types = [...new Set(shapes.map(({ version }) => version.type))];
  const whose = types.length === 1 ? types[0] : `any of the ${types.length} types that it selects`;
  const start = `is no field of ${whose}`;
  for (const moved of [
    ['detail', ...path],
    ['detail', 'data', ...path.slice(path[0] === 'detail' ? 1 : 0)],
  ]) {
    if (shapes.some(shape => isThere(reachedInEvent(shape, moved))))
      return `${start}; did you mean '${moved.join('.')}'?`;
  }
  const unknown = shapes
    .flatMap(shape => reachedInEvent(shape, path).unknown ?? [])
    .reduce<NonNullable<Reached['unknown']>>((far, each) => (each.index > far.index ? each : far), {
      index: 0,
      known: [],
    });
  const name = path[unknown.index] ?? '';
  const before = path.slice(0, unknown.index).join('.');
  const known = unknown.known.filter(each => each !== '');
  const where = before === '' ? 'an event has' : `${before} has`;
  return start + (suggestion(name, known) || (known.length === 0 ? '' : `; ${where} ${known.join(', ')}`));
}

/** Whether something is said about a path, and not only that anything may be there. */
function isThere({ isDeclared, values, members }: Reached): boolean {
  return isDeclared && (members.length > 0 || values.some(({ parts }) => parts.length > 0));
}

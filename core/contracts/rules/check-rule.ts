/**
 * Checks a rule's pattern against the schemas of the events that come to the bus.
 *
 * 1. A condition is refused when no version of any event that the pattern selects can meet it.
 * 2. A branch of a `$or` is refused when no way through the pattern that takes it can be met.
 * 3. Events of AWS itself (`aws.*`) have no schema here: of what selects them, only the pattern's syntax is checked.
 */
import { type BusEventShape, busEventShapes } from './bus-event.ts';
import type { EventCatalog } from './event-catalog.ts';
import { nameKind, nameProblem } from './event-names.ts';
import { type Alternative, type FieldCondition, fieldOf, type OrBranch, parseEventPattern } from './event-pattern.ts';
import { conditionProblems, unmetBy } from './field-conditions.ts';
import type { Matcher } from './matcher.ts';
import { matcherHolds } from './matcher-holds.ts';
import { suggestion } from './nearest-name.ts';
import { fieldProblem, type RuleProblem } from './rule-problem.ts';

/** A rule as it is deployed, as far as it says which events it wants. */
export interface EventRule {
  readonly pattern: unknown;
  /** The name of its bus; absent when that is known only when it is deployed. */
  readonly bus?: string | undefined;
}

/** What rules and consumers are checked by: made once, for all of them. */
export interface RuleBook {
  readonly catalog: EventCatalog;
  readonly shapes: readonly BusEventShape[];
}

/** Reads a catalog for checking. */
export function ruleBook(catalog: EventCatalog): RuleBook {
  return { catalog, shapes: busEventShapes(catalog) };
}

/** The bus that every account has; events of AWS come there. */
const DEFAULT_BUS = 'default';
/** So many reasons make a contradiction clear. */
const MOST_REASONS = 3;

/** Why a rule is refused; empty when at least one version of an event can meet all of it. */
export function checkRule({ pattern, bus }: EventRule, book: RuleBook): readonly RuleProblem[] {
  const parsed = parseEventPattern(pattern);
  if (!parsed.ok) {
    const { field, reason } = parsed.problem;
    const text = field === '' ? `the pattern is not valid: ${reason}` : `is not valid: ${reason}`;
    return [fieldProblem('invalid-pattern', field, text)];
  }
  const own = ownAlternatives(parsed.value.alternatives);
  const misplaced = bus === undefined ? undefined : busProblem(bus, own.length > 0, book);
  return [...(misplaced ? [misplaced] : []), ...alternativeProblems(own, book)];
}

/** The versions of events that a rule can deliver, as far as its conditions are known. */
export function deliveredTypes(pattern: unknown, { shapes }: RuleBook): readonly string[] {
  const parsed = parseEventPattern(pattern);
  if (!parsed.ok) return [];
  const own = ownAlternatives(parsed.value.alternatives);
  const met = shapes.filter(shape =>
    own.some(({ conditions }) => conditions.every(condition => unmetBy(shape, condition) === undefined)),
  );
  return [...new Set(met.map(({ version }) => version.type))];
}

function busProblem(bus: string, isOwn: boolean, { catalog: { buses } }: RuleBook): RuleProblem | undefined {
  if (buses.includes(bus) || (bus === DEFAULT_BUS && !isOwn)) return undefined;
  const known = buses.join(', ');
  const reason =
    bus === DEFAULT_BUS
      ? `the rule is on the default bus, where none of our events comes: they are on ${known}`
      : `there is no bus '${bus}' in the app${suggestion(bus, buses) || `; there is ${known}`}`;
  return fieldProblem('unknown-bus', '', reason);
}

/** What is asked of our own events: alternatives for events of AWS are left out, and sources of AWS beside ours. */
function ownAlternatives(alternatives: readonly Alternative[]): readonly Alternative[] {
  return alternatives.flatMap(alternative => {
    const source = alternative.conditions.find(condition => fieldOf(condition) === 'source');
    const matchers = source?.matchers.filter(matcher => !isOfAws(matcher)) ?? [];
    if (!source || matchers.length === source.matchers.length) return alternative;
    if (matchers.length === 0) return [];
    const conditions = alternative.conditions.map(each => (each === source ? { ...source, matchers } : each));
    return { ...alternative, conditions };
  });
}

function isOfAws(matcher: Matcher): boolean {
  if (matcher.kind === 'exactly') return typeof matcher.value === 'string' && matcher.value.startsWith('aws.');
  return matcher.kind === 'text' && matcher.test.operator !== 'suffix' && matcher.test.text.startsWith('aws.');
}

/** One way through a pattern, looked at by itself. */
interface Looked {
  readonly branches: readonly OrBranch[];
  /** What is wrong with each matcher, here. */
  readonly matchers: ReadonlyMap<Matcher, RuleProblem | undefined>;
  /** Why the way as a whole cannot be met. */
  readonly problem: RuleProblem | undefined;
}

function alternativeProblems(alternatives: readonly Alternative[], book: RuleBook): readonly RuleProblem[] {
  const looked = alternatives.map(alternative => look(alternative, book));
  const good = new Set(looked.flatMap(({ matchers }) => [...matchers].flatMap(([each, bad]) => (bad ? [] : [each]))));
  const isDead = ([matcher, problem]: readonly [Matcher, RuleProblem | undefined]) => problem && !good.has(matcher);
  const dead = looked.flatMap(({ matchers }) => [...matchers].filter(isDead).flatMap(([, problem]) => problem ?? []));
  const live = new Set(looked.flatMap(({ problem, branches }) => (problem ? [] : branches)));
  const isMet = looked.some(({ problem }) => !problem);
  const unmet = looked.flatMap(({ branches, matchers, problem }) => {
    const isNeeded = !isMet || branches.some(branch => !live.has(branch));
    return problem && isNeeded && ![...matchers].some(isDead) ? [problem] : [];
  });
  return distinct([...dead, ...unmet]);
}

function look({ conditions, branches }: Alternative, { catalog, shapes }: RuleBook): Looked {
  const isAboutClaimChecks = conditions.some(condition => fieldOf(condition) === 'detail.dataref');
  const possible = shapes.filter(({ data }) => data !== undefined || isAboutClaimChecks);
  const selected = possible.filter(shape => conditions.every(condition => selects(condition, shape.version.type)));
  const matchers = new Map<Matcher, RuleProblem | undefined>();
  for (const condition of conditions) {
    if (nameKind(condition)) {
      for (const matcher of condition.matchers) matchers.set(matcher, nameProblem(condition, matcher, catalog));
    } else if (selected.length > 0) {
      for (const [matcher, problem] of conditionProblems(condition, selected)) matchers.set(matcher, problem);
    }
  }
  const isMet = possible.some(shape => conditions.every(condition => unmetBy(shape, condition) === undefined));
  return { branches, matchers, problem: isMet ? undefined : contradiction(conditions, selected, possible) };
}

/** Whether a condition lets a type through; one that is not about types does. */
function selects(condition: FieldCondition, type: string): boolean {
  return nameKind(condition) !== 'type' || condition.matchers.some(matcher => matcherHolds(matcher, type));
}

function contradiction(
  conditions: readonly FieldCondition[],
  ...[selected, possible]: readonly [readonly BusEventShape[], readonly BusEventShape[]]
): RuleProblem {
  const reasons = (selected.length > 0 ? selected : possible).flatMap(shape => {
    const unmet = conditions.map(condition => unmetBy(shape, condition)).find(reason => reason !== undefined);
    return unmet === undefined ? [] : [`${shape.version.type}: ${unmet}`];
  });
  const all = [...new Set(reasons)];
  const more = all.length > MOST_REASONS ? [`and ${all.length - MOST_REASONS} more`] : [];
  const why = [...all.slice(0, MOST_REASONS), ...more].join('; ');
  return fieldProblem('contradiction', '', `no event can meet all of the pattern at once: ${why}`);
}

function distinct(problems: readonly RuleProblem[]): readonly RuleProblem[] {
  return [...new Map(problems.map(problem => [problem.text, problem])).values()];
}

/** Checks what a pattern asks of the names of events: their type and their source. */
import { type EventCatalog, publishedTypes, sourcesOf } from './event-catalog.ts';
import { type FieldCondition, fieldOf } from './event-pattern.ts';
import { type Matcher, matcherText } from './matcher.ts';
import { matcherHolds } from './matcher-holds.ts';
import { suggestion } from './nearest-name.ts';
import { fieldProblem, type RuleProblem, type RuleProblemKind } from './rule-problem.ts';

/** Which names a field holds. */
export type NameKind = 'type' | 'source';

const KINDS: Readonly<Record<string, NameKind>> = {
  'detail-type': 'type',
  'detail.type': 'type',
  source: 'source',
  'detail.source': 'source',
};

/** Whether a condition is about the type or the source of events. */
export function nameKind(condition: FieldCondition): NameKind | undefined {
  return KINDS[fieldOf(condition)];
}

/** Why no event on the bus has such a name, or why a name that is excluded says nothing. */
export function nameProblem(
  condition: FieldCondition,
  matcher: Matcher,
  catalog: EventCatalog,
): RuleProblem | undefined {
  const names = namesOf(nameKind(condition) ?? 'type', catalog);
  const problem = (kind: RuleProblemKind, reason: string) => fieldProblem(kind, fieldOf(condition), reason);
  if (matcher.kind === 'exists') {
    return matcher.isThere ? undefined : problem('always-there', 'is always there: every event has it');
  }
  if (matcher.kind === 'anything-but') {
    const other = matcher.values.find(value => !names.onBus.includes(String(value)));
    if (other !== undefined) {
      return problem('pointless', `excludes ${quoted(other)}, but ${names.absence(String(other))}`);
    }
  }
  if (names.onBus.some(name => matcherHolds(matcher, name))) return undefined;
  if (matcher.kind === 'exactly') {
    return problem(names.unknown, `asks for ${quoted(matcher.value)}, but ${names.absence(String(matcher.value))}`);
  }
  const excludes = matcher.kind === 'anything-but' || matcher.kind === 'anything-but-text';
  const effect = excludes ? 'leaves nothing' : 'never matches';
  return problem(names.unknown, `${matcherText(matcher)} ${effect}: on the bus there are ${names.onBus.join(', ')}`);
}

interface Names {
  readonly unknown: RuleProblemKind;
  readonly onBus: readonly string[];
  /** Why a name is not among them. */
  readonly absence: (name: string) => string;
}

function namesOf(kind: NameKind, catalog: EventCatalog): Names {
  const types = publishedTypes(catalog);
  if (kind === 'source') {
    const onBus = [...new Set(types.flatMap(type => sourcesOf(catalog, type)))];
    const absence = (name: string) => `no source of that name is known${listed(name, onBus)}`;
    return { unknown: 'unknown-source', onBus, absence };
  }
  const isKnown = (name: string) => catalog.versions.some(({ type }) => type === name);
  const absence = (name: string) =>
    isKnown(name)
      ? `nobody puts events of that type on the bus: they stay in the stream${listed(name, types)}`
      : `there is no such event type${listed(name, types)}`;
  return { unknown: 'unknown-type', onBus: types, absence };
}

function listed(name: string, known: readonly string[]): string {
  return suggestion(name, known) || `; on the bus there are ${known.join(', ')}`;
}

function quoted(value: unknown): string {
  return JSON.stringify(value);
}

import type { Alternative, ValueMatcher } from './value-matcher.ts';

/** What the values at a path have to be. */
export interface PathCondition {
  readonly path: string;
  readonly matchers: readonly ValueMatcher[];
}

/**
 * The conditions of an alternative in the order in which they are asked: what tells rules apart best comes first, so that
 * an event opens few ways even where thousands of rules have conditions that nearly every event meets.
 *
 * The order of paths is kept where a field may be absent: whether it is depends on the values of the paths before it.
 */
export function conditionsInOrder(alternative: Alternative): readonly PathCondition[] {
  const conditions = [...alternative.keys()].sort().map(path => ({ path, matchers: alternative.get(path) ?? [] }));
  if (conditions.some(({ matchers }) => matchers.some(({ kind }) => kind === 'absent'))) return conditions;
  return conditions.toSorted((a, b) => openness(a) - openness(b)); // stable: the order of paths among equals
}

/** How much of what may come a condition lets through, roughly: its most open matcher counts. */
function openness({ matchers }: PathCondition): number {
  return Math.max(...matchers.map(matcher => opennessOf(matcher)));
}

function opennessOf({ kind }: ValueMatcher): number {
  switch (kind) {
    case 'equals':
    case 'literal':
    case 'number':
    case 'address':
    case 'equals-ignore-case':
      return 0;
    case 'prefix':
    case 'suffix':
    case 'prefix-ignore-case':
    case 'suffix-ignore-case':
    case 'wildcard':
    case 'numeric':
    case 'cidr':
      return 1;
    default:
      return 2;
  }
}

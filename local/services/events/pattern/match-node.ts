import { ValueIndex } from './value-index.ts';
import type { ValueMatcher } from './value-matcher.ts';

/** A field of the event, by its number, and what one of its values has to be. */
export interface Condition {
  readonly field: number;
  readonly matchers: readonly ValueMatcher[];
}

/**
 * A place in the tree of conditions: the conditions on the way to it hold. Rules that begin with the same conditions share
 * the way, so that one look at an event's value serves all of them.
 */
export class MatchNode<Name> {
  readonly parent: MatchNode<Name> | undefined;
  readonly key: string;
  readonly condition: Condition | undefined;
  /** Rules that match once this place is reached. */
  readonly rules = new Set<Name>();
  readonly children = new Map<string, MatchNode<Name>>();
  /** By field number. */
  readonly indexes = new Map<number, ValueIndex<MatchNode<Name>>>();
  /** The keys of `indexes`, quicker to walk. */
  fields: readonly number[] = [];
  /** Children that are also reached when the event lacks their field. */
  readonly absences = new Set<MatchNode<Name>>();
  /** Marks of the matcher: the event in which the node was settled, its settled children then, its last finding. */
  settledIn = 0;
  settledChildren = 0;
  countedIn = 0;
  foundBy = 0;

  constructor(parent?: MatchNode<Name>, key = '', condition?: Condition) {
    this.parent = parent;
    this.key = key;
    this.condition = condition;
  }

  /** The child behind a condition, made when it is not there. */
  child(condition: Condition): MatchNode<Name> {
    const key = conditionKey(condition);
    const known = this.children.get(key);
    if (known) return known;
    const child = new MatchNode<Name>(this, key, condition);
    this.children.set(key, child);
    const index = this.#indexFor(condition.field);
    for (const matcher of condition.matchers) {
      index.add(matcher, child);
      if (matcher.kind === 'absent') this.absences.add(child);
    }
    return child;
  }

  /** Takes the node out of the tree when nothing is left in it, and so its parents. */
  prune(): void {
    const { parent, condition } = this;
    if (!parent || !condition || this.rules.size > 0 || this.children.size > 0) return;
    parent.children.delete(this.key);
    parent.absences.delete(this);
    const index = parent.indexes.get(condition.field);
    for (const matcher of condition.matchers) index?.remove(matcher, this);
    if (index?.isEmpty && ![...parent.absences].some(other => other.condition?.field === condition.field)) {
      parent.indexes.delete(condition.field);
      parent.fields = [...parent.indexes.keys()];
    }
    parent.prune();
  }

  #indexFor(field: number): ValueIndex<MatchNode<Name>> {
    const known = this.indexes.get(field);
    if (known) return known;
    const index = new ValueIndex<MatchNode<Name>>();
    this.indexes.set(field, index);
    this.fields = [...this.indexes.keys()];
    return index;
  }
}

/** Equal for conditions that hold for the same values by the same words. */
function conditionKey({ field, matchers }: Condition): string {
  const words = matchers.map(matcher =>
    JSON.stringify(matcher, (_, member: unknown) => (member instanceof Set ? [...member].sort() : member)),
  );
  return `${field} ${words.sort().join(' ')}`;
}

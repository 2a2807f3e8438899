import type { Targets } from './lookup/targets.ts';
import { ValueIndex } from './value-index.ts';
import type { ValueMatcher } from './value-matcher.ts';

/** A field of the event, by its number, and what one of its values has to be. */
export interface Condition {
  readonly field: number;
  readonly matchers: readonly ValueMatcher[];
}

/** A rule of the matcher: where its alternatives end, and the last event that it was found for. */
export interface Rule<Name> {
  readonly name: Name;
  readonly ends: MatchNode<Name>[];
  foundIn: number;
}

/** What leads on from a place. */
interface Branches<Name> {
  readonly children: Map<string, MatchNode<Name>>;
  /** By field number. */
  readonly indexes: Map<number, ValueIndex<MatchNode<Name>>>;
  /** `indexes` as a list, quicker to walk. */
  fields: readonly (readonly [number, ValueIndex<MatchNode<Name>>])[];
  /** Children that are also reached when the event lacks their field. */
  readonly absences: Set<MatchNode<Name>>;
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
  rules: Targets<Rule<Name>> | undefined;
  /** None at the end of a way, where most places are. */
  branches: Branches<Name> | undefined;
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
    this.branches ??= { children: new Map(), indexes: new Map(), fields: [], absences: new Set() };
    const key = conditionKey(condition);
    const known = this.branches.children.get(key);
    if (known) return known;
    const child = new MatchNode<Name>(this, key, condition);
    this.branches.children.set(key, child);
    const index = indexFor(this.branches, condition.field);
    for (const matcher of condition.matchers) {
      index.add(matcher, child);
      if (matcher.kind === 'absent') this.branches.absences.add(child);
    }
    return child;
  }

  /** Takes the node out of the tree when nothing is left in it, and so its parents. */
  prune(): void {
    const { parent, condition } = this;
    if (!parent?.branches || !condition || this.rules !== undefined || this.branches) return;
    removeChild(parent.branches, this, condition);
    if (parent.branches.children.size > 0) return;
    parent.branches = undefined;
    parent.prune();
  }
}

function indexFor<Name>(branches: Branches<Name>, field: number): ValueIndex<MatchNode<Name>> {
  const known = branches.indexes.get(field);
  if (known) return known;
  const index = new ValueIndex<MatchNode<Name>>();
  branches.indexes.set(field, index);
  branches.fields = [...branches.indexes];
  return index;
}

function removeChild<Name>(branches: Branches<Name>, child: MatchNode<Name>, condition: Condition): void {
  branches.children.delete(child.key);
  branches.absences.delete(child);
  const index = branches.indexes.get(condition.field);
  for (const matcher of condition.matchers) index?.remove(matcher, child);
  if (!index?.isEmpty) return;
  branches.indexes.delete(condition.field);
  branches.fields = [...branches.indexes];
}

/** Equal for conditions that hold for the same values by the same words. */
function conditionKey({ field, matchers }: Condition): string {
  const words = matchers.map(matcher =>
    JSON.stringify(matcher, (_, member: unknown) => (member instanceof Set ? [...member].sort() : member)),
  );
  return `${field} ${words.sort().join(' ')}`;
}

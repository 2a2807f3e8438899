/**
 * Matches an event against all rules of a bus together.
 *
 * Each alternative of a pattern is a list of conditions in the order of their paths; the lists are kept as a tree in which
 * common beginnings are shared. An event is read once, for the fields that any rule asks about, and the tree is walked with
 * the values found: at each node the event's values are looked up among the node's children. The cost of an event thus
 * depends on how many ways it opens and hardly on how many rules there are.
 *
 * Invariants:
 * 1. Along a way, no two conditions are met by values from different elements of the same array.
 * 2. A field is absent when the event has no value of it that could be combined with the values taken so far, which
 *    stand earlier in the order of paths (observed in event-ruler).
 * 3. A rule is reported once, however many of its alternatives match.
 */
import { type EventFields, readFields } from './event-fields.ts';
import type { ArrayElement, FieldValues } from './event-value.ts';
import { FieldTree } from './field-tree.ts';
import { MatchNode } from './match-node.ts';
import type { ValueIndex } from './value-index.ts';
import type { Alternative, CompiledPattern } from './value-matcher.ts';

const NOT_IN_ARRAY = -1;

export class RuleMatcher<Name> {
  readonly #tree = new FieldTree();
  readonly #root = new MatchNode<Name>();
  readonly #ends = new Map<Name, MatchNode<Name>[]>();
  #events = 0;
  #findings = 0;
  #found: MatchNode<Name>[] = [];
  readonly #collect = (child: MatchNode<Name>): void => {
    if (child.foundBy === this.#findings || child.settledIn === this.#events) return;
    child.foundBy = this.#findings;
    this.#found.push(child);
  };

  /** How many rules there are. */
  get size(): number {
    return this.#ends.size;
  }

  /** Adds a rule, or puts a new pattern in the place of the rule's old one. */
  add(name: Name, pattern: CompiledPattern): void {
    this.remove(name);
    this.#ends.set(
      name,
      pattern.alternatives.map(alternative => this.#addAlternative(name, alternative)),
    );
  }

  /** Removes a rule; harmless when it is not there. */
  remove(name: Name): void {
    for (const end of this.#ends.get(name) ?? []) {
      end.rules.delete(name);
      end.prune();
    }
    this.#ends.delete(name);
  }

  /**
   * The rules that an event matches.
   *
   * @param json the event as JSON text
   * @throws EventSyntaxError when it is not a JSON object
   */
  match(json: string): Set<Name> {
    const matched = new Set<Name>();
    if (this.#ends.size === 0) return matched;
    const fields = readFields(json, this.#tree);
    const elements = new Int32Array(fields.arrayCount).fill(NOT_IN_ARRAY);
    this.#events++;
    this.#visit(this.#root, { fields, elements, matched });
    return matched;
  }

  #addAlternative(name: Name, alternative: Alternative): MatchNode<Name> {
    let node = this.#root;
    for (const path of [...alternative.keys()].sort())
      node = node.child({ field: this.#tree.field(path), matchers: alternative.get(path) ?? [] });
    node.rules.add(name);
    return node;
  }

  #visit(node: MatchNode<Name>, walk: Walk<Name>): void {
    if (node.settledIn === this.#events) return;
    for (const name of node.rules) walk.matched.add(name);
    if (node.children.size === 0) this.#settle(node);
    if (node.absences.size > 0) this.#visitAbsences(node, walk);
    const { present, values } = walk.fields;
    const fields = node.fields.length < present.length ? node.fields : present;
    for (const field of fields) {
      const index = node.indexes.get(field);
      const groups = values[field];
      if (index && groups) this.#visitField(index, groups, walk);
    }
  }

  #visitAbsences(node: MatchNode<Name>, walk: Walk<Name>): void {
    for (const child of node.absences) {
      const groups = walk.fields.values[child.condition?.field ?? -1] ?? [];
      if (!groups.some(group => canCombine(group.element, walk.elements))) this.#visit(child, walk);
    }
  }

  #visitField(index: ValueIndex<MatchNode<Name>>, groups: readonly FieldValues[], walk: Walk<Name>): void {
    for (const { element, values } of groups) {
      if (!canCombine(element, walk.elements)) continue;
      const children = this.#find(index, values);
      if (children.length === 0) continue;
      const taken = take(element, walk.elements);
      for (const child of children) this.#visit(child, walk);
      for (const array of taken) walk.elements[array] = NOT_IN_ARRAY;
    }
  }

  #find(index: ValueIndex<MatchNode<Name>>, values: FieldValues['values']): readonly MatchNode<Name>[] {
    this.#findings++;
    const children: MatchNode<Name>[] = [];
    this.#found = children;
    for (const value of values) index.find(value, this.#collect);
    return children;
  }

  /** Every rule below the node has matched: other ways to it need not be walked for this event. */
  #settle(node: MatchNode<Name>): void {
    node.settledIn = this.#events;
    const { parent } = node;
    if (!parent) return;
    if (parent.countedIn !== this.#events) {
      parent.countedIn = this.#events;
      parent.settledChildren = 0;
    }
    parent.settledChildren++;
    if (parent.settledChildren === parent.children.size) this.#settle(parent);
  }
}

/** One event on its way through the tree. */
interface Walk<Name> {
  readonly fields: EventFields;
  /** By array number, the element that the values taken so far stand in. */
  readonly elements: Int32Array;
  readonly matched: Set<Name>;
}

function canCombine(element: ArrayElement | undefined, elements: Int32Array): boolean {
  for (let at = element; at; at = at.outer) {
    const taken = elements[at.array];
    if (taken !== NOT_IN_ARRAY && taken !== at.index) return false;
  }
  return true;
}

/** Binds the element and the elements around it; answers the arrays that were not bound before. */
function take(element: ArrayElement | undefined, elements: Int32Array): readonly number[] {
  if (!element) return NONE;
  const taken: number[] = [];
  for (let at: ArrayElement | undefined = element; at; at = at.outer) {
    if (elements[at.array] !== NOT_IN_ARRAY) continue;
    elements[at.array] = at.index;
    taken.push(at.array);
  }
  return taken;
}

const NONE: readonly number[] = [];

/**
 * Matches an event against all rules of a bus together.
 *
 * Each alternative of a pattern is a list of conditions, those first that fewest values meet; the lists are kept as a tree
 * in which common beginnings are shared. An event is read once, for the fields that any rule asks about, and the tree is
 * walked with the values found: at each node the event's values are looked up among the node's children. The cost of an
 * event thus depends on how many ways it opens and hardly on how many rules there are.
 *
 * Invariants:
 * 1. Along a way, no two conditions are met by values from different elements of the same array.
 * 2. A field is absent when the event has no value of it that could be combined with the values taken so far, which
 *    stand earlier in the order of paths (observed in event-ruler). An alternative that asks for an absence is therefore
 *    kept in the order of paths; in the others the order means nothing.
 * 3. A rule is reported once, however many of its alternatives match.
 * 4. Between events no element is taken and nothing is found: what a walk marks, it takes back, or it counts for one event.
 */
import { conditionsInOrder } from './condition-order.ts';
import { EventFields } from './event-fields.ts';
import type { ArrayElement, FieldValues } from './event-value.ts';
import { FieldTree } from './field-tree.ts';
import { eachTarget, withoutTarget, withTarget } from './lookup/targets.ts';
import { MatchNode, type Rule } from './match-node.ts';
import type { ValueIndex } from './value-index.ts';
import type { Alternative, CompiledPattern } from './value-matcher.ts';

const NOT_IN_ARRAY = -1;

export class RuleMatcher<Name> {
  readonly #tree = new FieldTree();
  readonly #fields = new EventFields(this.#tree);
  readonly #root = new MatchNode<Name>();
  readonly #rules = new Map<Name, Rule<Name>>();
  #events = 0;
  #findings = 0;
  /** A stack: what a node found stands above what the nodes above it found. */
  readonly #found: MatchNode<Name>[] = [];
  #foundCount = 0;
  /** By array number, the element that the values taken so far stand in. */
  readonly #elements: number[] = [];
  /** The arrays of which an element is taken, in the order of taking. */
  readonly #taken: number[] = [];
  #matched: Name[] = [];
  readonly #collect = (child: MatchNode<Name>): void => {
    if (child.foundBy === this.#findings || child.settledIn === this.#events) return;
    child.foundBy = this.#findings;
    this.#found[this.#foundCount++] = child;
  };

  readonly #report = (rule: Rule<Name>): void => {
    if (rule.foundIn === this.#events) return;
    rule.foundIn = this.#events;
    this.#matched.push(rule.name);
  };

  /** How many rules there are. */
  get size(): number {
    return this.#rules.size;
  }

  /** Adds a rule, or puts a new pattern in the place of the rule's old one. */
  add(name: Name, pattern: CompiledPattern): void {
    this.remove(name);
    const rule: Rule<Name> = { name, ends: [], foundIn: 0 };
    this.#rules.set(name, rule);
    for (const alternative of pattern.alternatives) this.#addAlternative(rule, alternative);
  }

  /** Removes a rule; harmless when it is not there. */
  remove(name: Name): void {
    const rule = this.#rules.get(name);
    this.#rules.delete(name);
    if (!rule) return;
    for (const end of rule.ends) {
      end.rules = end.rules && withoutTarget(end.rules, rule);
      end.prune();
    }
  }

  /**
   * The rules that an event matches.
   *
   * @param json the event as JSON text
   * @throws EventSyntaxError when it is not a JSON object
   */
  match(json: string): readonly Name[] {
    this.#matched = [];
    if (this.#rules.size === 0) return this.#matched;
    this.#fields.read(json);
    for (let array = this.#elements.length; array < this.#fields.arrayCount; array++) this.#elements.push(NOT_IN_ARRAY);
    this.#events++;
    this.#visit(this.#root);
    return this.#matched;
  }

  #addAlternative(rule: Rule<Name>, alternative: Alternative): void {
    let node = this.#root;
    for (const { path, matchers } of conditionsInOrder(alternative))
      node = node.child({ field: this.#tree.field(path), matchers });
    if (rule.ends.includes(node)) return;
    rule.ends.push(node);
    node.rules = withTarget(node.rules, rule);
  }

  #visit(node: MatchNode<Name>): void {
    if (node.settledIn === this.#events) return;
    if (node.rules !== undefined) eachTarget(node.rules, this.#report);
    const { branches } = node;
    if (!branches) {
      this.#settle(node);
      return;
    }
    if (branches.absences.size > 0) this.#visitAbsences(branches.absences);
    const { present, values } = this.#fields;
    if (branches.fields.length <= present.length) {
      for (const [field, index] of branches.fields) this.#visitField(index, values[field]);
    } else for (const field of present) this.#visitField(branches.indexes.get(field), values[field]);
  }

  #visitAbsences(absences: ReadonlySet<MatchNode<Name>>): void {
    for (const child of absences) {
      const groups = this.#fields.values[child.condition?.field ?? -1] ?? [];
      if (!groups.some(group => this.#canCombine(group.element))) this.#visit(child);
    }
  }

  #visitField(index: ValueIndex<MatchNode<Name>> | undefined, groups: readonly FieldValues[] | undefined): void {
    if (!index || !groups) return;
    for (const { element, values } of groups) {
      if (!this.#canCombine(element)) continue;
      const above = this.#foundCount;
      this.#findings++;
      for (const value of values) index.find(value, this.#collect);
      const count = this.#foundCount;
      if (count === above) continue;
      const taken = this.#taken.length;
      this.#take(element);
      for (let at = above; at < count; at++) this.#visit(this.#found[at] as MatchNode<Name>); // below the count
      this.#foundCount = above;
      this.#release(taken);
    }
  }

  #canCombine(element: ArrayElement | undefined): boolean {
    for (let at = element; at; at = at.outer) {
      const taken = this.#elements[at.array];
      if (taken !== NOT_IN_ARRAY && taken !== at.index) return false;
    }
    return true;
  }

  /** Binds the element and the elements around it. */
  #take(element: ArrayElement | undefined): void {
    for (let at = element; at; at = at.outer) {
      if (this.#elements[at.array] !== NOT_IN_ARRAY) continue;
      this.#elements[at.array] = at.index;
      this.#taken.push(at.array);
    }
  }

  /** Gives back what was taken since `count` elements were. */
  #release(count: number): void {
    while (this.#taken.length > count) this.#elements[this.#taken.pop() ?? 0] = NOT_IN_ARRAY;
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
    if (parent.settledChildren === parent.branches?.children.size) this.#settle(parent);
  }
}

import { countTargets, eachTarget, type Targets, withoutTarget, withTarget } from './targets.ts';

/** A place in a tree of texts: what begins with the same characters shares the way. */
interface TextNode<Target> {
  /** The characters that lead here from the node above; none at the root. */
  label: string;
  /** By their first character. */
  children: Map<number, TextNode<Target>> | undefined;
  targets: Targets<Target> | undefined;
}

export interface Reading {
  /** Texts are read from their end. @default from their start */
  readonly backwards?: boolean;
  /** `A` to `Z` count as `a` to `z`; other letters stand for themselves. @default false */
  readonly ignoreAsciiCase?: boolean;
}

/**
 * Targets kept under texts, to be found by whatever begins with a text, ends with it, or has it inside. One walk finds all
 * of them, and its cost depends on how much of the value they have in common, not on how many there are.
 */
export class TextTree<Target> {
  readonly #root: TextNode<Target> = { label: '', children: undefined, targets: undefined };
  readonly #step: 1 | -1;
  /** Bit n is set when some text began with a unit that is n modulo 32: most places of a value need no look-up. */
  #firstUnits = 0;
  readonly #ignoreAsciiCase: boolean;

  constructor({ backwards = false, ignoreAsciiCase = false }: Reading = {}) {
    this.#step = backwards ? -1 : 1;
    this.#ignoreAsciiCase = ignoreAsciiCase;
  }

  get isEmpty(): boolean {
    return this.#root.children === undefined && this.#root.targets === undefined;
  }

  add(text: string, target: Target): void {
    const label = this.#asRead(text);
    if (label !== '') this.#firstUnits |= 1 << (label.charCodeAt(0) & 31);
    let node = this.#root;
    for (let at = 0; at < label.length; at += node.label.length) node = childOn(node, label, at);
    node.targets = withTarget(node.targets, target);
  }

  /** Harmless when it is not there. */
  remove(text: string, target: Target): void {
    removeBelow(this.#root, this.#asRead(text), target);
  }

  /** How many targets are kept under exactly this text. */
  count(text: string): number {
    const label = this.#asRead(text);
    let node = this.#root;
    for (let at = 0; at < label.length; at += node.label.length) {
      const child = node.children?.get(label.charCodeAt(at));
      if (!child || !label.startsWith(child.label, at)) return 0;
      node = child;
    }
    return countTargets(node.targets);
  }

  /** Calls `found` for the targets of each text that the value begins with (ends with, when texts are read from there). */
  find(value: string, found: (target: Target) => void): void {
    this.#findAt(value, this.#step === 1 ? 0 : value.length - 1, found);
  }

  /** Calls `found` for the targets of each text that stands anywhere in the value, perhaps more than once. */
  findInside(value: string, found: (target: Target) => void): void {
    eachTarget(this.#root.targets, found);
    const { children } = this.#root;
    if (!children) return;
    for (let at = 0; at < value.length; at++) {
      const unit = this.#unit(value, at);
      if ((this.#firstUnits >>> (unit & 31)) & 1 && children.has(unit)) this.#findAt(value, at, found);
    }
  }

  #findAt(value: string, start: number, found: (target: Target) => void): void {
    const step = this.#step;
    let left = step === 1 ? value.length - start : start + 1;
    let node = this.#root;
    for (let at = start; ; ) {
      if (node.targets !== undefined) eachTarget(node.targets, found);
      if (left === 0 || !node.children) return;
      const child = node.children.get(this.#unit(value, at));
      if (!child) return;
      node = child;
      const { label } = child;
      left -= label.length;
      if (left < 0) return;
      at += step;
      for (let index = 1; index < label.length; index++, at += step)
        if (this.#unit(value, at) !== label.charCodeAt(index)) return;
    }
  }

  #unit(value: string, at: number): number {
    const unit = value.charCodeAt(at);
    return this.#ignoreAsciiCase && unit >= 65 && unit <= 90 ? unit + 32 : unit;
  }

  #asRead(text: string): string {
    const units = Array.from({ length: text.length }, (_, at) => this.#unit(text, at));
    return String.fromCharCode(...(this.#step === 1 ? units : units.reverse()));
  }
}

/** The child on the way to `text`, of which `at` characters are behind; made, or split off, when it is not there. */
function childOn<Target>(node: TextNode<Target>, text: string, at: number): TextNode<Target> {
  node.children ??= new Map();
  const first = text.charCodeAt(at);
  const child = node.children.get(first);
  if (!child) {
    const leaf = { label: text.slice(at), children: undefined, targets: undefined };
    node.children.set(first, leaf);
    return leaf;
  }
  const common = commonLength(child.label, text, at);
  if (common === child.label.length) return child;
  const upper: TextNode<Target> = { label: child.label.slice(0, common), children: new Map(), targets: undefined };
  child.label = child.label.slice(common);
  upper.children?.set(child.label.charCodeAt(0), child);
  node.children.set(first, upper);
  return upper;
}

function commonLength(label: string, text: string, at: number): number {
  let length = 1;
  while (length < label.length && label.charCodeAt(length) === text.charCodeAt(at + length)) length++;
  return length;
}

/** Removes a target from the node of `rest`, and the nodes on the way that nothing is left in. */
function removeBelow<Target>(node: TextNode<Target>, rest: string, target: Target): void {
  if (rest === '') {
    node.targets = node.targets && withoutTarget(node.targets, target);
    return;
  }
  const first = rest.charCodeAt(0);
  const child = node.children?.get(first);
  if (!child || !rest.startsWith(child.label)) return;
  removeBelow(child, rest.slice(child.label.length), target);
  if (child.targets || child.children) return;
  node.children?.delete(first);
  if (node.children?.size === 0) node.children = undefined;
}

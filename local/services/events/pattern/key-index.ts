/** Targets kept under keys. */
export interface TargetIndex<Key, Target> {
  add(key: Key, target: Target): void;
  remove(key: Key, target: Target): void;
}

/** Targets found by one exact key. */
export class KeyIndex<Key, Target> implements TargetIndex<Key, Target> {
  readonly #targets = new Map<Key, Set<Target>>();

  /** How many keys have targets. */
  get size(): number {
    return this.#targets.size;
  }

  has(key: Key): boolean {
    return this.#targets.has(key);
  }

  add(key: Key, target: Target): void {
    const targets = this.#targets.get(key);
    if (targets) targets.add(target);
    else this.#targets.set(key, new Set([target]));
  }

  remove(key: Key, target: Target): void {
    const targets = this.#targets.get(key);
    targets?.delete(target);
    if (targets?.size === 0) this.#targets.delete(key);
  }

  find(key: Key, found: (target: Target) => void): void {
    this.#targets.get(key)?.forEach(found);
  }
}

/** Targets found by the beginnings (or ends) of a text: the text is cut to each length that some key has. */
export class AffixIndex<Target> implements TargetIndex<string, Target> {
  readonly #index = new KeyIndex<string, Target>();
  readonly #keysByLength = new Map<number, number>();

  /** How many affixes have targets. */
  get size(): number {
    return this.#index.size;
  }

  add(affix: string, target: Target): void {
    if (!this.#index.has(affix)) this.#count(affix.length, 1);
    this.#index.add(affix, target);
  }

  remove(affix: string, target: Target): void {
    if (!this.#index.has(affix)) return;
    this.#index.remove(affix, target);
    if (!this.#index.has(affix)) this.#count(affix.length, -1);
  }

  find(text: string, cut: (text: string, length: number) => string, found: (target: Target) => void): void {
    if (this.#keysByLength.size === 0) return;
    for (const length of this.#keysByLength.keys()) {
      if (length <= text.length) this.#index.find(cut(text, length), found);
    }
  }

  #count(length: number, change: 1 | -1): void {
    const keys = (this.#keysByLength.get(length) ?? 0) + change;
    if (keys === 0) this.#keysByLength.delete(length);
    else this.#keysByLength.set(length, keys);
  }
}

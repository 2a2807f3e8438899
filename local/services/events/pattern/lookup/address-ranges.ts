import type { EventValue } from '../event-value.ts';
import { type AddressRange, inRange } from '../ip-address.ts';
import { TextTree } from './text-tree.ts';
import type { Found, ValueLookup } from './value-lookup.ts';

interface RangeTarget<Target> {
  readonly range: AddressRange;
  readonly target: Target;
}

/**
 * Targets of CIDR blocks. A block is all addresses that begin with the same bits, and thus with one of at most eight
 * texts of hexadecimal digits: what it leads to is kept under these. What else `inRange` knows is asked of what they find.
 */
export class AddressRanges<Target> implements ValueLookup<AddressRange, Target> {
  readonly #tree = new TextTree<RangeTarget<Target>>();
  /** By the range's two ends. */
  readonly #targets = new Map<string, Map<Target, RangeTarget<Target>>>();

  get isEmpty(): boolean {
    return this.#tree.isEmpty;
  }

  add(range: AddressRange, target: Target): void {
    const known = this.#targets.get(keyOf(range)) ?? new Map<Target, RangeTarget<Target>>();
    if (known.has(target)) return;
    const entry = { range, target };
    this.#targets.set(keyOf(range), known.set(target, entry));
    for (const beginning of beginnings(range)) this.#tree.add(beginning, entry);
  }

  remove(range: AddressRange, target: Target): void {
    const known = this.#targets.get(keyOf(range));
    const entry = known?.get(target);
    if (!known || !entry) return;
    known.delete(target);
    if (known.size === 0) this.#targets.delete(keyOf(range));
    for (const beginning of beginnings(range)) this.#tree.remove(beginning, entry);
  }

  find(value: EventValue, found: Found<Target>): void {
    const digits = value.isString ? value.address : value.text;
    if (digits === undefined) return;
    this.#tree.find(digits, ({ range, target }) => {
      if (inRange(digits, range)) found(target);
    });
  }
}

function keyOf({ bottom, top }: AddressRange): string {
  return `${bottom}-${top}`;
}

/** The texts that the addresses of a range begin with: what all have in common, and each next digit that any has. */
function beginnings({ bottom, top }: AddressRange): readonly string[] {
  let common = 0;
  while (common < bottom.length && bottom[common] === top[common]) common++;
  const start = bottom.slice(0, common);
  const [first, last] = [Number.parseInt(bottom[common] ?? '', 16), Number.parseInt(top[common] ?? '', 16)];
  if (Number.isNaN(first) || last - first === 15) return [start];
  return Array.from({ length: last - first + 1 }, (_, index) => start + (first + index).toString(16).toUpperCase());
}

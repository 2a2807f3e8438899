/** A bound of a range; an open one does not belong to it. */
export interface Bound {
  readonly value: number;
  readonly open: boolean;
}

/** The numbers between two bounds; without a bound, all on that side. */
export interface NumericRange {
  readonly from: Bound | undefined;
  readonly to: Bound | undefined;
}

/** Whether a number lies in a range. */
export function isInRange(value: number, { from, to }: NumericRange): boolean {
  if (from && (from.open ? value <= from.value : value < from.value)) return false;
  return !to || (to.open ? value < to.value : value <= to.value);
}

/** The numbers that lie in both ranges. */
export function commonRange(one: NumericRange, other: NumericRange): NumericRange {
  return {
    from: tighter(one.from, other.from, (a, b) => a > b),
    to: tighter(one.to, other.to, (a, b) => a < b),
  };
}

/** Whether a range holds any number, or any that is a multiple of a whole `step`. */
export function holdsAny({ from, to }: NumericRange, step: number | undefined): boolean {
  if (!from || !to) return true;
  if (step === undefined) return from.value < to.value || (from.value === to.value && !from.open && !to.open);
  const least = Math.ceil(from.value / step);
  const first = from.open && least * step === from.value ? least + 1 : least;
  const most = Math.floor(to.value / step);
  const last = to.open && most * step === to.value ? most - 1 : most;
  return first <= last;
}

function tighter(one: Bound | undefined, other: Bound | undefined, isTighter: (a: number, b: number) => boolean) {
  if (!one || !other) return one ?? other;
  if (one.value === other.value) return one.open ? one : other;
  return isTighter(one.value, other.value) ? one : other;
}

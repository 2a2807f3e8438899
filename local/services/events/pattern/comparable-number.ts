/** `digits` without leading or trailing zeros, times ten to `exponent`; zero is no digits. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/** A double holds every decimal of up to 15 digits exactly enough. */
const PLAIN = /^-?[0-9.]{1,15}$/;
const NUMBER = /^(-?)([0-9]+)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$/;

/**
 * The number that a JSON spelling stands for, when a double holds it exactly enough to be written back to the same
 * decimal (`300`, `3e2` and `300.0` are one number). EventBridge compares such numbers by value and all others
 * (20-digit account numbers, 1e400) by their spelling.
 *
 * @returns undefined when the number cannot be compared by value
 */
export function comparableNumber(spelling: string): number | undefined {
  const value = Number(spelling);
  if (PLAIN.test(spelling)) return value + 0;
  if (!Number.isFinite(value)) return undefined;
  const written = String(value);
  if (written === spelling) return value;
  return sameDecimal(decimal(spelling), decimal(written)) ? value + 0 : undefined;
}

function decimal(spelling: string): Decimal | undefined {
  const [, sign, whole, fraction = '', exponent = '0'] = NUMBER.exec(spelling) ?? [];
  if (whole === undefined) return undefined;
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  if (digits === '') return { negative: false, digits, exponent: 0 };
  return { negative: sign === '-', digits, exponent: Number(exponent) - fraction.length + all.length - digits.length };
}

function sameDecimal(a: Decimal | undefined, b: Decimal | undefined): boolean {
  return a?.digits === b?.digits && a?.exponent === b?.exponent && a?.negative === b?.negative && a !== undefined;
}

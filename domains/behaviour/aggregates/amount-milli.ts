import { TerminalError } from '../../../core/index.ts';

/**
 * An amount of money in thousandths of the currency unit: whole numbers add up exactly.
 * @throws TerminalError when the amount is beyond exact whole numbers
 */
export function amountMilli(unitPrice: number, quantity: number): number {
  return exact(Math.round(unitPrice * 1000) * quantity);
}

/** Sum of two whole numbers. @throws TerminalError when it is beyond exact whole numbers */
export function exactSum(a: number, b: number): number {
  return exact(a + b);
}

function exact(value: number): number {
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value; // never -0
  throw new TerminalError(`Cannot add up exactly: at most ±${Number.MAX_SAFE_INTEGER}, reached ${value}`);
}

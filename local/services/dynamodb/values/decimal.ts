/**
 * DynamoDB's numbers: decimals of up to 38 significant digits, between 1E-130 and 9.99…E+125 in magnitude.
 *
 * Numbers are kept as text in canonical form (no exponent, no superfluous zero, no `-0`), so that equal numbers are equal
 * text. Whole numbers of up to 15 digits, by far the most, take a fast path; everything else is arithmetic on BigInt.
 */
import { AwsError } from '../../../cloud/aws-error.ts';

const MOST_DIGITS = 38;
const LARGEST_MAGNITUDE = 125;
const SMALLEST_MAGNITUDE = -130;
/** Whole numbers that a double holds exactly, in canonical form. */
const SMALL_WHOLE = /^(?:0|-?[1-9]\d{0,14})$/;
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;

/** `coefficient × 10^exponent`; the coefficient has no trailing zero, and zero is `0 × 10^0`. */
export interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

/** The canonical text of a number as a client wrote it. @throws AwsError ValidationException */
export function canonicalNumber(text: string): string {
  if (SMALL_WHOLE.test(text)) return text;
  return formatDecimal(checkRange(parseDecimal(text)));
}

/** @throws AwsError ValidationException when the text is no number */
export function parseDecimal(text: string): Decimal {
  const match = NUMBER.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (!match || whole.length + fraction.length === 0) throw notNumeric(text);
  const magnitude = BigInt(whole + fraction);
  const coefficient = match[1] === '-' ? -magnitude : magnitude;
  return normalize(coefficient, Number(match[4] ?? 0) - fraction.length);
}

export function formatDecimal({ coefficient, exponent }: Decimal): string {
  const sign = coefficient < 0n ? '-' : '';
  const digits = digitsOf(coefficient);
  if (exponent >= 0) return sign + digits + '0'.repeat(exponent);
  const point = digits.length + exponent;
  if (point > 0) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  return `${sign}0.${'0'.repeat(-point)}${digits}`;
}

/** The exact sum of two numbers, canonical. @throws AwsError ValidationException when DynamoDB cannot hold it */
export function addNumbers(a: string, b: string): string {
  if (SMALL_WHOLE.test(a) && SMALL_WHOLE.test(b)) return String(Number(a) + Number(b)); // below 2^53
  return combine(a, b, (x, y) => x + y);
}

/** The exact difference `a - b`, canonical. @throws AwsError ValidationException when DynamoDB cannot hold it */
export function subtractNumbers(a: string, b: string): string {
  if (SMALL_WHOLE.test(a) && SMALL_WHOLE.test(b)) return String(Number(a) - Number(b)); // below 2^53; never -0
  return combine(a, b, (x, y) => x - y);
}

/** Negative, zero or positive, as `a` is less than, equal to or greater than `b`. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  if (SMALL_WHOLE.test(a) && SMALL_WHOLE.test(b)) return Number(a) - Number(b);
  const [x, y] = alignExponents(parseDecimal(a), parseDecimal(b));
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Text that sorts, code unit by code unit, as the numbers sort. */
export function orderedNumber(text: string): string {
  const { coefficient, exponent } = parseDecimal(text);
  if (coefficient === 0n) return '1';
  const digits = digitsOf(coefficient);
  const scale = digits.length + exponent + 500;
  if (coefficient > 0n) return `2${String(scale).padStart(3, '0')}${digits}`;
  const mirrored = [...digits].map(digit => 9 - Number(digit)).join('');
  return `0${String(999 - scale).padStart(3, '0')}${mirrored}~`;
}

/**
 * What a number counts toward the item's size: one byte, one per two significant digits before and after the point, and
 * one for a minus sign (observed on AWS; the developer guide gives an approximation).
 */
export function numberSizeBytes(text: string): number {
  const { coefficient, exponent } = parseDecimal(text);
  if (coefficient === 0n) return 1;
  const digits = digitsOf(coefficient).length;
  const fraction = Math.min(digits, Math.max(0, -exponent));
  return 1 + Math.ceil((digits - fraction) / 2) + Math.ceil(fraction / 2) + (coefficient < 0n ? 1 : 0);
}

function combine(a: string, b: string, operation: (x: bigint, y: bigint) => bigint): string {
  const first = parseDecimal(a);
  const second = parseDecimal(b);
  const [x, y] = alignExponents(first, second);
  return formatDecimal(checkRange(normalize(operation(x, y), Math.min(first.exponent, second.exponent))));
}

function alignExponents(a: Decimal, b: Decimal): [bigint, bigint] {
  const exponent = Math.min(a.exponent, b.exponent);
  return [a.coefficient * 10n ** BigInt(a.exponent - exponent), b.coefficient * 10n ** BigInt(b.exponent - exponent)];
}

function normalize(coefficient: bigint, exponent: number): Decimal {
  if (coefficient === 0n) return { coefficient: 0n, exponent: 0 };
  const zeros = /0*$/.exec(coefficient.toString())?.[0].length ?? 0;
  return { coefficient: coefficient / 10n ** BigInt(zeros), exponent: exponent + zeros };
}

function digitsOf(coefficient: bigint): string {
  return (coefficient < 0n ? -coefficient : coefficient).toString();
}

function checkRange(decimal: Decimal): Decimal {
  if (decimal.coefficient === 0n) return decimal;
  const digits = digitsOf(decimal.coefficient).length;
  const magnitude = digits + decimal.exponent - 1;
  if (magnitude > LARGEST_MAGNITUDE) {
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (magnitude < SMALLEST_MAGNITUDE) {
    throw invalid('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  }
  if (digits > MOST_DIGITS) throw invalid('Attempting to store more than 38 significant digits in a Number');
  return decimal;
}

function notNumeric(text: string): AwsError {
  const rule = 'The parameter cannot be converted to a numeric value';
  return invalid(text === '' ? rule : `${rule}: ${text}`);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

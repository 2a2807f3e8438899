/**
 * Compares two Kinesis sequence numbers. They are decimals of up to 128 digits, so the longer one is larger and equal
 * lengths compare as text; leading zeros do not count.
 * @returns negative, zero or positive, as for `Array.sort`
 */
export function compareSequenceNumbers(a: string, b: string): number {
  if (a.length === b.length) return a < b ? -1 : a > b ? 1 : 0;
  const left = a.replace(/^0+(?=\d)/, '');
  const right = b.replace(/^0+(?=\d)/, '');
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

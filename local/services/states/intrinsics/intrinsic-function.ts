import type { Ids } from '../../../cloud/ids.ts';
import { IntrinsicError } from './intrinsic-call.ts';

/** Takes the arguments that it was given, of whatever kind and number, and checks them itself. */
export type IntrinsicFunction = (args: readonly unknown[], ids: Ids) => unknown;

/** The longest text that the hash and encoding functions take, in characters. */
const LONGEST_TEXT = 10_000;

/** @throws IntrinsicError unless there are between `least` and `most` arguments */
export function checkCount(args: readonly unknown[], least: number, most = least): void {
  if (args.length < least || args.length > most) {
    const range = least === most ? `${least}` : `${least} to ${most}`;
    throw new IntrinsicError(`Invalid number of arguments: expected ${range}, but received ${args.length}`);
  }
}

export function arrayArgument(args: readonly unknown[], index: number): unknown[] {
  const value = args[index];
  if (!Array.isArray(value)) throw wrongKind(index, 'an array');
  return value;
}

export function stringArgument(args: readonly unknown[], index: number): string {
  const value = args[index];
  if (typeof value !== 'string') throw wrongKind(index, 'a string');
  return value;
}

/** A text of at most 10,000 characters. */
export function boundedStringArgument(args: readonly unknown[], index: number): string {
  const value = stringArgument(args, index);
  if (value.length > LONGEST_TEXT) {
    throw new IntrinsicError(
      `Invalid argument ${index + 1}: at most ${LONGEST_TEXT} characters, received ${value.length}`,
    );
  }
  return value;
}

export function numberArgument(args: readonly unknown[], index: number): number {
  const value = args[index];
  if (typeof value !== 'number') throw wrongKind(index, 'a number');
  return value;
}

/** AWS rounds a number to the nearest integer, halves upwards, where it needs an integer (observed). */
export function integerArgument(args: readonly unknown[], index: number): number {
  return Math.round(numberArgument(args, index)) + 0;
}

export function wrongKind(index: number, expected: string): IntrinsicError {
  return new IntrinsicError(`Invalid argument ${index + 1}: must be ${expected}`);
}

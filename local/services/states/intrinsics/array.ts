import { jsonEquals } from '../json-object.ts';
import { IntrinsicError } from './intrinsic-call.ts';
import { arrayArgument, checkCount, type IntrinsicFunction, integerArgument } from './intrinsic-function.ts';

/** The longest array that `States.ArrayRange` makes. */
const LONGEST_RANGE = 1000;

const array: IntrinsicFunction = args => args;

const arrayPartition: IntrinsicFunction = args => {
  checkCount(args, 2);
  const values = arrayArgument(args, 0);
  const size = integerArgument(args, 1);
  if (size < 1) throw new IntrinsicError('Invalid argument 2: the chunk size must be positive');
  const chunks: unknown[][] = [];
  for (let from = 0; from < values.length; from += size) chunks.push(values.slice(from, from + size));
  return chunks;
};

const arrayContains: IntrinsicFunction = args => {
  checkCount(args, 2);
  return arrayArgument(args, 0).some(item => jsonEquals(item, args[1]));
};

const arrayRange: IntrinsicFunction = args => {
  checkCount(args, 3);
  const first = integerArgument(args, 0);
  const last = integerArgument(args, 1);
  const step = integerArgument(args, 2);
  if (step === 0) throw new IntrinsicError('Invalid argument 3: the increment must not be 0');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > LONGEST_RANGE) throw new IntrinsicError(`A range holds at most ${LONGEST_RANGE} items, not ${length}`);
  return Array.from({ length }, (_, i) => first + i * step);
};

const arrayGetItem: IntrinsicFunction = args => {
  checkCount(args, 2);
  const values = arrayArgument(args, 0);
  const index = integerArgument(args, 1);
  if (index < 0) throw new IntrinsicError('Invalid argument 2: the index must not be negative');
  return values[index] ?? null;
};

const arrayLength: IntrinsicFunction = args => {
  checkCount(args, 1);
  return arrayArgument(args, 0).length;
};

const arrayUnique: IntrinsicFunction = args => {
  checkCount(args, 1);
  const values = arrayArgument(args, 0);
  return values.filter((item, i) => values.findIndex(earlier => jsonEquals(earlier, item)) === i);
};

export const ARRAY_FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  'States.Array': array,
  'States.ArrayPartition': arrayPartition,
  'States.ArrayContains': arrayContains,
  'States.ArrayRange': arrayRange,
  'States.ArrayGetItem': arrayGetItem,
  'States.ArrayLength': arrayLength,
  'States.ArrayUnique': arrayUnique,
};

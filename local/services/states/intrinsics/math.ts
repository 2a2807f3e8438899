import { seededIds } from '../../../cloud/ids.ts';
import { IntrinsicError } from './intrinsic-call.ts';
import { checkCount, type IntrinsicFunction, integerArgument } from './intrinsic-function.ts';

const mathRandom: IntrinsicFunction = (args, ids) => {
  checkCount(args, 2, 3);
  const from = integerArgument(args, 0);
  const to = integerArgument(args, 1);
  if (to <= from) throw new IntrinsicError('Invalid argument 2: the end must be greater than the start');
  const random = args.length === 3 ? seededIds(integerArgument(args, 2)).random() : ids.random();
  return from + Math.floor(random * (to - from));
};

const mathAdd: IntrinsicFunction = args => {
  checkCount(args, 2);
  return integerArgument(args, 0) + integerArgument(args, 1) + 0;
};

export const MATH_FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  'States.MathRandom': mathRandom,
  'States.MathAdd': mathAdd,
};

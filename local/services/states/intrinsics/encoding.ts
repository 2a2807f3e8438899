import { boundedStringArgument, checkCount, type IntrinsicFunction } from './intrinsic-function.ts';

const base64Encode: IntrinsicFunction = args => {
  checkCount(args, 1);
  return Buffer.from(boundedStringArgument(args, 0), 'utf8').toString('base64');
};

const base64Decode: IntrinsicFunction = args => {
  checkCount(args, 1);
  return Buffer.from(boundedStringArgument(args, 0), 'base64').toString('utf8');
};

export const ENCODING_FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  'States.Base64Encode': base64Encode,
  'States.Base64Decode': base64Decode,
};

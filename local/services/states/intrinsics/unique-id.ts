import { checkCount, type IntrinsicFunction } from './intrinsic-function.ts';

const uuid: IntrinsicFunction = (args, ids) => {
  checkCount(args, 0);
  return ids.uuid();
};

export const UNIQUE_ID_FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = { 'States.UUID': uuid };

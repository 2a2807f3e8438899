import { isJsonObject } from '../json-object.ts';
import { IntrinsicError } from './intrinsic-call.ts';
import { checkCount, type IntrinsicFunction, stringArgument, wrongKind } from './intrinsic-function.ts';

const jsonMerge: IntrinsicFunction = args => {
  checkCount(args, 3);
  const [first, second, deep] = args;
  if (!isJsonObject(first)) throw wrongKind(0, 'an object');
  if (!isJsonObject(second)) throw wrongKind(1, 'an object');
  if (typeof deep !== 'boolean') throw wrongKind(2, 'a boolean');
  if (deep) throw new IntrinsicError('Invalid argument 3: only shallow merges are supported, it must be false');
  return { ...first, ...second };
};

const stringToJson: IntrinsicFunction = args => {
  checkCount(args, 1);
  const text = stringArgument(args, 0);
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new IntrinsicError('Invalid argument 1: the string is not valid JSON', { cause: error });
  }
};

const jsonToString: IntrinsicFunction = args => {
  checkCount(args, 1);
  return JSON.stringify(args[0]);
};

export const JSON_FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  'States.JsonMerge': jsonMerge,
  'States.StringToJson': stringToJson,
  'States.JsonToString': jsonToString,
};

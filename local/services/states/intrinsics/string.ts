import { checkCount, type IntrinsicFunction, stringArgument } from './intrinsic-function.ts';

/** Every character of the delimiter splits on its own, and empty parts are dropped (observed). */
const stringSplit: IntrinsicFunction = args => {
  checkCount(args, 2);
  const delimiters = new Set(stringArgument(args, 1));
  const parts: string[] = [];
  let part = '';
  for (const character of stringArgument(args, 0)) {
    if (delimiters.has(character)) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  parts.push(part);
  return parts.filter(found => found.length > 0);
};

export const STRING_FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = { 'States.StringSplit': stringSplit };

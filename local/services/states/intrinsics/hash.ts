import { createHash } from 'node:crypto';
import { IntrinsicError } from './intrinsic-call.ts';
import { boundedStringArgument, checkCount, type IntrinsicFunction, stringArgument } from './intrinsic-function.ts';

/** AWS's name of an algorithm → Node's. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** The digest of a text in hexadecimal, or undefined for an algorithm that AWS does not have. */
export function hashText(text: string, algorithm: string): string | undefined {
  const known = ALGORITHMS[algorithm];
  return known ? createHash(known).update(text, 'utf8').digest('hex') : undefined;
}

const hash: IntrinsicFunction = args => {
  checkCount(args, 2);
  const digest = hashText(boundedStringArgument(args, 0), stringArgument(args, 1));
  if (digest === undefined)
    throw new IntrinsicError(`Invalid argument 2: must be one of ${Object.keys(ALGORITHMS).join(', ')}`);
  return digest;
};

export const HASH_FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = { 'States.Hash': hash };

import { createHash } from 'node:crypto';
import type { Principal } from '../cloud/principal.ts';

/** Temporary credentials, as STS hands them out. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const ACCESS_KEY_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ACCESS_KEY_LENGTH = 16;

const principals = new Map<string, Principal>();

/**
 * Credentials that identify `principal` on the wire. They are derived from the principal and nothing else, so that the
 * same function has the same access key at every start; they are names, not secrets.
 */
export function issueCredentials(principal: Principal): Credentials {
  const digest = createHash('sha512').update(JSON.stringify(principal)).digest();
  const accessKeyId = `ASIA${accessKeyPart(digest)}`;
  principals.set(accessKeyId, principal);
  return {
    accessKeyId,
    secretAccessKey: digest.subarray(0, 30).toString('base64'),
    sessionToken: digest.toString('base64'),
  };
}

/** Who was given this access key. @returns undefined when it was not issued here */
export function principalOf(accessKeyId: string): Principal | undefined {
  return principals.get(accessKeyId);
}

function accessKeyPart(digest: Buffer): string {
  let text = '';
  for (const byte of digest.subarray(0, ACCESS_KEY_LENGTH)) text += ACCESS_KEY_ALPHABET[byte % 32];
  return text;
}

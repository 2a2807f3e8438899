import { AwsError } from '../../cloud/aws-error.ts';
import type { ShardFilter } from './shard-filter.ts';

/** How long a `NextToken` may be used (API reference, ListShards). */
const TOKEN_LIFETIME_MS = 300_000;
const VERSION = 'pt1';

/** Where a list goes on: after `last` in the stream's list. */
export interface PageToken {
  readonly streamName: string;
  readonly last: string;
  readonly issuedMs: number;
  readonly filter?: ShardFilter | undefined;
}

export function encodePageToken(token: PageToken): string {
  return Buffer.from(VERSION + JSON.stringify(token)).toString('base64');
}

/** @throws AwsError InvalidArgumentException or ExpiredNextTokenException */
export function decodePageToken(text: string, nowMs: number): PageToken {
  const token = parse(Buffer.from(text, 'base64').toString('utf8'));
  if (!token) throw new AwsError('InvalidArgumentException', 'NextToken is invalid.');
  if (nowMs - token.issuedMs > TOKEN_LIFETIME_MS)
    throw new AwsError('ExpiredNextTokenException', 'NextToken has expired.');
  return token;
}

/** @returns undefined when the text is not one of ours */
function parse(text: string): PageToken | undefined {
  if (!text.startsWith(VERSION)) return undefined;
  try {
    return JSON.parse(text.slice(VERSION.length)) as PageToken; // made by encodePageToken, as the version says
  } catch {
    return undefined;
  }
}

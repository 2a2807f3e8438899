import { AwsError } from '../../cloud/aws-error.ts';

/** How long a `NextToken` may be used (API reference, ListShards). */
const TOKEN_LIFETIME_MS = 300_000;

/** Where a list goes on: after `last` in the stream's list. */
export interface PageToken {
  readonly streamName: string;
  readonly last: string;
  readonly issuedMs: number;
}

export function encodePageToken({ streamName, last, issuedMs }: PageToken): string {
  return Buffer.from(`pt1/${streamName}/${last}/${issuedMs}`).toString('base64');
}

/** @throws AwsError InvalidArgumentException or ExpiredNextTokenException */
export function decodePageToken(text: string, nowMs: number): PageToken {
  const parts = Buffer.from(text, 'base64').toString('utf8').split('/');
  const [version, streamName, last, issued] = parts;
  if (version !== 'pt1' || parts.length !== 4 || !streamName || !last)
    throw new AwsError('InvalidArgumentException', 'NextToken is invalid.');
  const issuedMs = Number(issued);
  if (nowMs - issuedMs > TOKEN_LIFETIME_MS) throw new AwsError('ExpiredNextTokenException', 'NextToken has expired.');
  return { streamName, last, issuedMs };
}

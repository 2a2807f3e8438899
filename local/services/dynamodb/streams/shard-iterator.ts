import { AwsError } from '../../../cloud/aws-error.ts';

/** A shard iterator is refused after this time. */
export const ITERATOR_LIFETIME_MS = 15 * 60 * 1000;

/** Where a reader stands: at record `position` of a shard, counted from the shard's beginning. */
export interface ShardPosition {
  readonly streamArn: string;
  readonly shardId: string;
  readonly position: number;
  readonly issuedAtMs: number;
}

/** As on AWS, the stream's ARN stands in front of an opaque part. */
export function writeIterator({ streamArn, shardId, position, issuedAtMs }: ShardPosition): string {
  return `${streamArn}|1|${Buffer.from(JSON.stringify([shardId, position, issuedAtMs])).toString('base64')}`;
}

/** @throws AwsError ValidationException when the text is no iterator */
export function readIterator(text: string): ShardPosition {
  const [streamArn, version, opaque] = text.split('|');
  try {
    const parts: unknown = JSON.parse(Buffer.from(opaque ?? '', 'base64').toString('utf8'));
    if (streamArn && version === '1' && Array.isArray(parts)) {
      const [shardId, position, issuedAtMs] = parts as unknown[];
      if (typeof shardId === 'string' && typeof position === 'number' && typeof issuedAtMs === 'number') {
        return { streamArn, shardId, position, issuedAtMs };
      }
    }
  } catch (cause) {
    throw new AwsError('ValidationException', 'Invalid ShardIterator', { cause });
  }
  throw new AwsError('ValidationException', 'Invalid ShardIterator');
}

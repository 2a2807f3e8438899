import { AwsError } from '../../cloud/aws-error.ts';

/** How long an iterator may be used (API reference, GetShardIterator). */
const ITERATOR_LIFETIME_MS = 300_000;

/** A place in a shard's log, from which the next read begins. */
export interface ShardIterator {
  readonly streamName: string;
  /** Tells a stream from a later one of the same name. */
  readonly streamCreatedMs: number;
  readonly shardId: string;
  readonly ordinal: number;
  readonly issuedMs: number;
}

/** The text that a client sees; opaque to it. */
export function encodeShardIterator(iterator: ShardIterator): string {
  const { streamName, streamCreatedMs, shardId, ordinal, issuedMs } = iterator;
  return Buffer.from(`it1/${streamName}/${streamCreatedMs}/${shardId}/${ordinal}/${issuedMs}`).toString('base64');
}

/** @throws AwsError InvalidArgumentException when the text is not one of ours */
export function decodeShardIterator(text: string): ShardIterator {
  const parts = Buffer.from(text, 'base64').toString('utf8').split('/');
  const [version, streamName, streamCreatedMs, shardId, ordinal, issuedMs] = parts;
  if (version !== 'it1' || parts.length !== 6 || !streamName || !shardId)
    throw new AwsError('InvalidArgumentException', 'Invalid ShardIterator.');
  return {
    streamName,
    streamCreatedMs: Number(streamCreatedMs),
    shardId,
    ordinal: Number(ordinal),
    issuedMs: Number(issuedMs),
  };
}

/** @throws AwsError ExpiredIteratorException five minutes after it was issued */
export function refuseExpiredIterator(iterator: ShardIterator, nowMs: number): void {
  if (nowMs - iterator.issuedMs <= ITERATOR_LIFETIME_MS) return;
  throw new AwsError(
    'ExpiredIteratorException',
    `Iterator expired. The iterator was created at time ${new Date(iterator.issuedMs).toUTCString()} while right now ` +
      `it is ${new Date(nowMs).toUTCString()} which is further in the future than the tolerated delay of ` +
      `${ITERATOR_LIFETIME_MS} milliseconds.`,
  );
}

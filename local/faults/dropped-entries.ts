/**
 * Loss that nobody is told of: the service answers that it took an entry, and it did not. AWS does not do that; it is here so
 * that accounting can be put to the test.
 */
import { createHash } from 'node:crypto';
import type { CallRequest } from '../cloud/cloud.ts';
import type { Ids } from '../cloud/ids.ts';
import type { JsonObject } from '../cloud/service.ts';
import { listOf } from './batch-shape.ts';

/** How one operation lists its entries, and what it answers for one that it took. */
interface Droppable {
  /** Absent when a call is one entry itself. */
  readonly entries?: string;
  /** Where the answer has its results. */
  readonly results?: string;
  readonly taken: (entry: JsonObject, ids: Ids) => JsonObject;
}

const MESSAGE_TAKEN: Droppable['taken'] = ({ Id, MessageBody }, ids) => ({
  ...(Id === undefined ? {} : { Id }),
  MessageId: ids.uuid(),
  MD5OfMessageBody: createHash('md5').update(String(MessageBody)).digest('hex'),
});

/** By service and operation. */
const DROPPABLE: Readonly<Record<string, Droppable>> = {
  'events PutEvents': { entries: 'Entries', results: 'Entries', taken: (_, ids) => ({ EventId: ids.uuid() }) },
  'kinesis PutRecords': {
    entries: 'Records',
    results: 'Records',
    taken: (_, ids) => ({
      SequenceNumber: `4${ids.token(55, '0123456789')}`,
      ShardId: 'shardId-000000000000',
    }),
  },
  'sqs SendMessage': { taken: MESSAGE_TAKEN },
  'sqs SendMessageBatch': { entries: 'Entries', results: 'Successful', taken: MESSAGE_TAKEN },
};

/** `service operation` of everything that can lose an entry. */
export const droppableOperations: readonly string[] = Object.keys(DROPPABLE);

export function isDroppable(service: string, operation: string): boolean {
  return `${service} ${operation}` in DROPPABLE;
}

export interface Dropping {
  /** Positions of the entries that are lost. */
  readonly dropped: readonly number[];
  /** Carries out the rest and answers for all. */
  readonly answer: () => Promise<JsonObject>;
}

/** @returns undefined when the request has no entry at any of the positions: the call goes its way untouched */
export function dropping(
  { service, operation, input }: CallRequest,
  options: {
    /** From 0. @default the first */
    readonly positions: readonly number[] | undefined;
    readonly ids: Ids;
    readonly carryOut: (input: JsonObject) => Promise<JsonObject>;
  },
): Dropping | undefined {
  const droppable = DROPPABLE[`${service} ${operation}`];
  if (!droppable) return undefined;
  const { positions = [0], ids, carryOut } = options;
  const { entries, results, taken } = droppable;
  if (entries === undefined || results === undefined) {
    return { dropped: [0], answer: async () => taken(input, ids) };
  }
  const all = listOf(input[entries]);
  const dropped = positions.filter(position => position < all.length);
  if (dropped.length === 0) return undefined;
  return {
    dropped,
    async answer() {
      const left = all.filter((_, position) => !dropped.includes(position));
      const answer = left.length === 0 ? {} : await carryOut({ ...input, [entries]: left });
      if (results === 'Successful') {
        const forged = all.filter((_, position) => dropped.includes(position)).map(entry => taken(entry, ids));
        return { ...answer, [results]: [...listOf(answer[results]), ...forged] };
      }
      const carriedOut = listOf(answer[results]).values();
      const merged = all.map((entry, position) =>
        dropped.includes(position) ? taken(entry, ids) : carriedOut.next().value,
      );
      return { FailedEntryCount: 0, FailedRecordCount: 0, ...answer, [results]: merged };
    },
  };
}

/**
 * The memory of events as a table: a row per event, found by the bits of the event's id.
 *
 * 1. Rows are written conditionally. Several are written in one transaction, which is cancelled when one of them cannot be: those
 *    that are there already are answered, and the others sent again.
 * 2. Each row says which run wrote it: a write whose answer was lost, and that was sent again, is known as done. A claim is
 *    settled by nobody but the run that holds it.
 * 3. Rows end by themselves (TTL).
 */
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import {
  type ClaimOutcome,
  type DeliveryRow,
  excerpt,
  type IdempotencyStore,
  isDrainers,
  isOneWriter,
  type LeaseStore,
  type OutboxEntry,
  type Settlement,
  TerminalError,
  ThrottledError,
} from '../../core/index.ts';
import { type BatchGetOptions, batchGetItems } from './batch-get-items.ts';
import { IS_PARKED, putRow, rowFrom, secondsOf, writeRows } from './idempotency-rows-dynamodb.ts';
import { packOutbox } from './outbox-attribute.ts';

/** `tableName` is the table of the rows. */
export interface IdempotencyOptions extends BatchGetOptions {
  /** Where facts wait for the bus. @default none: facts are refused */
  readonly outboxTable?: string;
}

const SEQUENCE_DIGITS = 128;

/** Rows that are read and added. */
export function dynamodbIdempotency(options: IdempotencyOptions): IdempotencyStore {
  return {
    async find(ids) {
      const items = await batchGetItems(
        options,
        ids.map(id => ({ id: { S: id } })),
      );
      return new Map(items.map(item => [item.id?.S ?? '', rowFrom(item)]));
    },
    async note(rows) {
      return writeRows(rows, options, {
        idOf: row => row.id,
        itemsOf: row => [putRow(options.tableName, row)],
        metAs: (row, found) => found !== undefined && isOneWriter(found, row) && found.sequence === row.sequence,
        done: true,
      });
    },
  };
}

/** Rows under a lease. */
export function dynamodbLeases(options: IdempotencyOptions): LeaseStore {
  return {
    ...dynamodbIdempotency(options),
    claim: rows =>
      writeRows(rows, options, {
        idOf: row => row.id,
        itemsOf: row => [claimOf(options, row)],
        metAs(row, found): ClaimOutcome {
          if (!found) throw new ThrottledError(`Cannot claim '${row.id}': its row went away`);
          const isOurs = found.status === 'claimed' && found.writer === row.writer && found.sequence === row.sequence;
          return isOurs ? { status: 'claimed' } : { status: 'known', row: found };
        },
        done: { status: 'claimed' },
      }),
    settle: settlements =>
      writeRows(settlements, options, {
        idOf: ({ row }) => row.id,
        itemsOf: settlement => settlementOf(options, settlement),
        metAs: ({ row, status }, found) =>
          found?.writer === row.writer && found.sequence === row.sequence && found.status === status,
        done: true,
      }),
  };
}

/** The facts of one key, as the publisher takes them. Sequence numbers are padded, so that text order is their order. */
export function putOutbox({ outboxTable, clock }: IdempotencyOptions, entry: OutboxEntry): TransactWriteItem {
  if (outboxTable === undefined) throw new TerminalError(`Cannot emit facts of '${entry.key}': there is no outbox`);
  return {
    Put: {
      TableName: outboxTable,
      Item: marshall({
        key: entry.key,
        sequence: entry.sequence.padStart(SEQUENCE_DIGITS, '0'),
        outbox: packOutbox(entry.facts),
        outboxAt: Math.floor(clock.now() / 1000),
        expiresAt: secondsOf(entry.expiresAtMs),
      }),
    },
  };
}

function claimOf(
  { tableName, clock }: IdempotencyOptions,
  { id, ...row }: DeliveryRow & { readonly leaseUntilMs: number },
): TransactWriteItem {
  const { expiresAtMs, ...rest } = row;
  const nowMs = clock.now();
  const set: Record<string, unknown> = { ...rest, status: 'claimed', expiresAt: secondsOf(expiresAtMs) };
  const hasEnded = '(leaseUntilMs <= :now OR leaseUntilMs > :farthest)';
  const isTakenOver = `#status = :claimed AND fingerprint = :fingerprint AND ${hasEnded}`;
  const [mayTake, parked] = isDrainers(row) ? [` OR (${IS_PARKED})`, { ':parked': 'parked' }] : ['', {}];
  return {
    Update: {
      TableName: tableName,
      Key: { id: { S: id } },
      ...assignments(set, { REMOVE: 'reason', ADD: 'attempts :one' }),
      ConditionExpression: `attribute_not_exists(id) OR (${isTakenOver})${mayTake}`,
      ExpressionAttributeNames: namesOf(set),
      ExpressionAttributeValues: marshall({
        ...valuesOf(set),
        ...parked,
        ':claimed': 'claimed',
        ':now': nowMs,
        ':farthest': nowMs + 2 * (row.leaseUntilMs - nowMs), // of a clock that had jumped ahead
        ':one': 1,
      }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

function settlementOf(options: IdempotencyOptions, settlement: Settlement): TransactWriteItem[] {
  const { row, status } = settlement;
  const set: Record<string, unknown> = status === 'released' ? { leaseUntilMs: 0 } : { status };
  if (status === 'completed' && settlement.answer !== undefined) set.answer = JSON.stringify(settlement.answer);
  if (status === 'refused' || status === 'parked') set.reason = excerpt(settlement.reason);
  const update: TransactWriteItem = {
    Update: {
      TableName: options.tableName,
      Key: { id: { S: row.id } },
      ...assignments(set, status === 'released' ? {} : { REMOVE: 'leaseUntilMs' }),
      ConditionExpression: '#status = :held AND writer = :holder AND #sequence = :of',
      ExpressionAttributeNames: { ...namesOf(set), '#status': 'status', '#sequence': 'sequence' },
      ExpressionAttributeValues: marshall({
        ...valuesOf(set),
        ':held': 'claimed',
        ':holder': row.writer,
        ':of': row.sequence,
      }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
  return status === 'completed' && settlement.outbox ? [update, putOutbox(options, settlement.outbox)] : [update];
}

function assignments(set: Readonly<Record<string, unknown>>, more: Readonly<Record<string, string>>) {
  const assigned = Object.keys(set).map(name => `#${name} = :${name}`);
  const clauses = Object.entries(more).map(([clause, text]) => ` ${clause} ${text}`);
  return { UpdateExpression: `SET ${assigned.join(', ')}${clauses.join('')}` };
}

function namesOf(set: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.keys(set).map(name => [`#${name}`, name]));
}

function valuesOf(set: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value]));
}

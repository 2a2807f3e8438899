/**
 * One batch of the log through a processor with the `external` guarantee: events of one key are called for one after the
 * other, those of different keys at the same time, as many as the definition allows. Claims and answers that are due at the
 * same time go to the store together.
 *
 * A key whose call fails for now stops there and is delivered again; one whose call never will succeed is parked; a refusal that
 * is kept is quarantined, and the key goes on. What is not begun in time is delivered again.
 */

import { isRetryable, messageOf } from '../errors/operating-errors.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import type { LeaseStore } from '../ports/idempotency-store.ts';
import { type CallDependencies, type CallOutcome, callOnce } from './external-call.ts';
import type { ExternalProcessor } from './external-definition.ts';
import { together } from './external-together.ts';
import type { FoldRecord } from './fold-item.ts';
import type { RecordFate } from './fold-step.ts';
import { closedKeys, parkRecords } from './idempotency-gates.ts';
import { fatesOfKnown } from './idempotency-known.ts';
import {
  type DeliveryRow,
  deliveryOf,
  forgetAtMs,
  type IdempotencyRow,
  isParkedAs,
  newWriter,
} from './idempotency-row.ts';
import { type IdempotentDependencies, withoutTwins } from './idempotent-batch.ts';
import type { KeyFailure } from './process-batch.ts';

export interface ExternalDependencies extends IdempotentDependencies {
  readonly store: LeaseStore;
  /** Whether there is time for a call and what follows; records of a lane are left where there is none. @default always */
  readonly hasTime?: (callMs: number) => boolean;
}

/** Claims and answers of one sending: an answer may come with facts, and a transaction holds 100 items and 4 MB. */
const CLAIMS_TOGETHER = 25;
const ANSWERS_TOGETHER = 10;

/** What is the same for all keys of a batch. */
interface Run<Incoming extends CloudEvent> extends ExternalDependencies {
  readonly processor: ExternalProcessor<Incoming>;
  readonly calls: CallDependencies;
  /** The rows that were there when the batch came, by id. */
  readonly known: ReadonlyMap<string, IdempotencyRow>;
  readonly rowOf: (record: FoldRecord) => DeliveryRow;
}

/** Carries a batch through `processor`. Never throws for what concerns one key. */
export async function externalBatch<Incoming extends CloudEvent>(
  processor: ExternalProcessor<Incoming>,
  records: readonly FoldRecord<Incoming>[],
  dependencies: ExternalDependencies,
): Promise<readonly KeyFailure[]> {
  const { gates, store, clock, ids, fromLane = false } = dependencies;
  const byKey = Map.groupBy(withoutTwins(records, dependencies), ({ event }) => processor.key(event));
  const [closed, known] = await Promise.all([
    closedKeys(gates, fromLane ? [] : [...byKey.keys()]),
    store.find([...new Set(records.map(record => deliveryOf(record).id))]),
  ]);
  const writer = newWriter(ids, fromLane);
  const run: Run<Incoming> = {
    ...dependencies,
    processor,
    known,
    calls: {
      clock,
      claim: together(rows => store.claim(rows), CLAIMS_TOGETHER),
      settle: together(settlements => store.settle(settlements), ANSWERS_TOGETHER),
    },
    rowOf: record => ({ ...deliveryOf(record), writer, expiresAtMs: forgetAtMs(record, clock.now(), processor) }),
  };
  const failures: KeyFailure[] = [];
  const queue = [...byKey];
  async function work(): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [key, ofKey] = next;
      const reason = closed.get(key);
      const failed = reason === undefined ? processKey(key, ofKey, run) : park(ofKey, reason, run);
      failures.push(...(await failed));
    }
  }
  await Promise.all(Array.from({ length: Math.min(processor.callsAtOnce, byKey.size) }, work));
  return failures;
}

async function processKey<Incoming extends CloudEvent>(
  key: string,
  records: readonly FoldRecord<Incoming>[],
  run: Run<Incoming>,
): Promise<readonly KeyFailure[]> {
  const { hasTime = () => true, processor, onWritten, fromLane } = run;
  for (const [index, record] of records.entries()) {
    const failure = (reason: string) => [{ key, sequence: record.sequence, reason }];
    const giveUp = (reason: string) => (fromLane ? failure(reason) : park(records.slice(index), reason, run));
    try {
      const row = run.rowOf(record);
      const found = settledRow(run, row);
      if (!found && !hasTime(processor.timeoutMs)) {
        return fromLane ? [] : failure('Cannot call: the invocation has to end');
      }
      const outcome = found
        ? ({ status: 'known', row: found } as const)
        : await callOnce(processor, { event: record.event, key, row }, run.calls);
      if (outcome.status === 'parked') return await giveUp(outcome.reason);
      onWritten?.(await fatesOf(record, outcome, run));
    } catch (error) {
      return isRetryable(error) ? failure(messageOf(error)) : await giveUp(messageOf(error));
    }
  }
  return [];
}

/** The row of an event for which no call is to be made any more, if it was there when the batch came. */
function settledRow<Incoming extends CloudEvent>({ known }: Run<Incoming>, row: DeliveryRow) {
  const found = known.get(row.id);
  return found && found.status !== 'claimed' && !isParkedAs(found, row) ? found : undefined;
}

async function fatesOf<Incoming extends CloudEvent>(
  record: FoldRecord,
  outcome: Exclude<CallOutcome, { status: 'parked' }>,
  run: Run<Incoming>,
): Promise<readonly RecordFate[]> {
  switch (outcome.status) {
    case 'answered':
      return [{ record, outcome: 'applied' }];
    case 'known': {
      const { row } = outcome;
      // refused in an earlier delivery, which may have died before the quarantine had it
      if (row.status === 'refused' && row.sequence === record.sequence) return [await refuse(record, row.reason, run)];
      return fatesOfKnown([{ record, delivery: run.rowOf(record), row }], run);
    }
    case 'refused':
      return [await refuse(record, outcome.reason, run)];
  }
}

async function refuse(
  record: FoldRecord,
  reason: string,
  { quarantine }: Pick<ExternalDependencies, 'quarantine'>,
): Promise<RecordFate> {
  const fate = { record, outcome: 'quarantined', reason } as const;
  return (await quarantine(fate)) ? fate : { record, outcome: 'redelivered' };
}

function park<Incoming extends CloudEvent>(
  records: readonly FoldRecord<Incoming>[],
  reason: string,
  { processor: { name, key }, gates, quarantine, onWritten }: Run<Incoming>,
): Promise<readonly KeyFailure[]> {
  return parkRecords(records, {
    name,
    key,
    gates,
    reasonOf: () => reason,
    quarantine,
    ...(onWritten && { onWritten }),
  });
}

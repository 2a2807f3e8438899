/**
 * The same processor without its promise, to see what the promise costs: the same decoding, judging, folding, limits of size,
 * item, outbox and write per key and batch, and it stops at an event that cannot be applied; but no fence, no memory of events
 * and no condition. A batch that is delivered again takes effect again.
 */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { FoldItem, FoldRecord } from '../../core/index.ts';
import { roughBytes } from '../../core/processing/fold-limits.ts';
import { FoldOutbox } from '../../core/processing/fold-outbox.ts';
import { addCounts, type RecordFate } from '../../core/processing/fold-step.ts';
import type { BehaviourEvent } from '../../domains/behaviour/events/behaviour-event.ts';
import { batchGetItems } from '../../lambdas/adapters/batch-get-items.ts';
import { fromAttributes, toAttributes } from '../../lambdas/adapters/fold-item-dynamodb.ts';
import { atOnce } from '../../lambdas/runtime/at-once.ts';
import { decodeRecords } from '../../lambdas/runtime/decode-records.ts';
import { systemClock } from '../../lambdas/runtime/system-clock.ts';
import { systemIds } from '../../lambdas/runtime/system-ids.ts';
import { isAccepted, judge, layout, limits, processor } from './millrace.ts';
import type { Processor } from './processor.ts';

type State = ReturnType<typeof processor.initialState>;
type Profile = FoldItem<State>;

const WRITES_AT_ONCE = 32;
const NOTHING_KNOWN = { imprints: '', pages: [], forgottenUntilMs: 0 } as const;
const NO_COUNTS = { applied: 0, duplicate: 0, parked: 0, quarantined: 0 };

export const atLeastOnce: Processor = {
  name: 'the same at least once',
  open(client, tables) {
    const table = { client, tableName: tables.state, clock: systemClock, ids: systemIds };
    async function write(item: Profile): Promise<void> {
      const outboxAt = item.outbox.length > 0 && { outboxAt: { N: String(Math.floor(systemClock.now() / 1000)) } };
      const Item = { ...toAttributes(item, layout), ...outboxAt };
      await client.send(new PutItemCommand({ TableName: tables.state, Item }));
    }
    return async batch => {
      const { events } = decodeRecords(batch, judge);
      const byKey = Map.groupBy(events.filter(isAccepted), ({ event }) => processor.key(event));
      const keys = [...byKey.keys()].map(key => ({ [layout.keyAttribute]: { S: key } }));
      const found = (await batchGetItems(table, keys)).map(item => fromAttributes<State>(item, layout));
      const stored = new Map(found.map(item => [item.key, item]));
      await atOnce([...byKey], WRITES_AT_ONCE, async ([key, records]) => {
        for (const item of fold(stored.get(key) ?? emptyItem(key), records)) await write(item);
      });
    };
  },
};

function emptyItem(key: string): Profile {
  const state = processor.initialState(key);
  return { key, state, revision: 0, recentIds: NOTHING_KNOWN, outbox: [], counts: NO_COUNTS };
}

/** The items to write: one, or more where the outbox of one would be too large. */
function fold(before: Profile, records: readonly FoldRecord<BehaviourEvent>[]): Profile[] {
  const items: Profile[] = [];
  let { state } = before;
  let fates: RecordFate[] = [];
  let outbox = new FoldOutbox(limits.maxOutboxBytes);
  const close = () => {
    if (roughBytes(state, limits.maxStateBytes) > limits.maxStateBytes) {
      throw new Error(`Cannot count the round: '${before.key}' is too large`);
    }
    const last = items.at(-1) ?? before;
    const counts = addCounts(last.counts, fates);
    items.push({ ...last, state, revision: last.revision + 1, outbox: outbox.close(), counts });
    [fates, outbox] = [[], new FoldOutbox(limits.maxOutboxBytes)];
  };
  for (const record of records) {
    const next = processor.evolve(state, record.event);
    if (next.emitted.length > 0 && !outbox.take(next.emitted)) {
      close();
      outbox.take(next.emitted);
    }
    state = next.state;
    fates.push({ record, outcome: 'applied' });
  }
  close();
  return items;
}

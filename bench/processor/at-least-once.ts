/**
 * The same processor without its promise, to see what the promise costs: the same decoding, judging, folding, item, outbox
 * and write per key and batch, but no fence, no memory of events, no condition and no limits of size, for which a batch could
 * have to be cut. A batch that is delivered again takes effect again. What it leaves out is all counted against the promise.
 */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { CloudEvent } from '../../core/index.ts';
import { batchGetItems } from '../../lambdas/adapters/batch-get-items.ts';
import { fromAttributes, toAttributes } from '../../lambdas/adapters/fold-item-dynamodb.ts';
import { atOnce } from '../../lambdas/runtime/at-once.ts';
import { decodeRecords } from '../../lambdas/runtime/decode-records.ts';
import { systemClock } from '../../lambdas/runtime/system-clock.ts';
import { systemIds } from '../../lambdas/runtime/system-ids.ts';
import { judge, layout, processor } from './millrace.ts';
import type { Processor } from './processor.ts';

type Profile = Parameters<typeof toAttributes<ReturnType<typeof processor.initialState>>>[0];

const WRITES_AT_ONCE = 32;
const NOTHING_KNOWN = { imprints: [], pages: [], forgottenUntilMs: 0 } as const;
const NO_COUNTS = { applied: 0, duplicate: 0, parked: 0, quarantined: 0 };

export const atLeastOnce: Processor = {
  name: 'the same at least once',
  open(client, tables) {
    const table = { client, tableName: tables.state, clock: systemClock, ids: systemIds };
    return async batch => {
      const { events } = decodeRecords(batch, judge);
      const accepted = events.flatMap(({ event }) => (processor.accepts(event) ? [event] : []));
      const byKey = Map.groupBy(accepted, event => processor.key(event));
      const keys = [...byKey.keys()].map(key => ({ [layout.keyAttribute]: { S: key } }));
      const found = (await batchGetItems(table, keys)).map(item => fromAttributes<Profile['state']>(item, layout));
      const stored = new Map(found.map(item => [item.key, item]));
      await atOnce([...byKey], WRITES_AT_ONCE, async ([key, ofKey]) => {
        const before = stored.get(key);
        const outbox: CloudEvent[] = [];
        let state = before?.state ?? processor.initialState(key);
        for (const event of ofKey) {
          const next = processor.evolve(state, event);
          state = next.state;
          outbox.push(...next.emitted);
        }
        const counts = { ...NO_COUNTS, applied: (before?.counts.applied ?? 0) + ofKey.length };
        const revision = (before?.revision ?? 0) + 1;
        const item: Profile = { key, state, revision, recentIds: NOTHING_KNOWN, outbox, counts };
        const outboxAt = outbox.length > 0 && { outboxAt: { N: String(Math.floor(systemClock.now() / 1000)) } };
        const Item = { ...toAttributes(item, layout), ...outboxAt };
        await client.send(new PutItemCommand({ TableName: tables.state, Item }));
      });
    };
  },
};

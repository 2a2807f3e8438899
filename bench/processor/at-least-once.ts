/**
 * The same processor without its promise, to see what the promise costs: the same batch, with its keys side by side, their tries
 * again, their failures and fates, the same decoding, judging, folding, limits of size, item, outbox and write per key and
 * batch; but no fence, no memory of events and no condition. A batch that is delivered again takes effect again.
 */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  type CloudEvent,
  defaultFoldLimits,
  type FoldInput,
  type FoldLimits,
  type FoldProcessor,
  type FoldResult,
  type FoldStep,
  type FoldWrite,
  processBatch,
} from '../../core/index.ts';
import { roughBytes } from '../../core/processing/fold-limits.ts';
import { FoldOutbox } from '../../core/processing/fold-outbox.ts';
import { addCounts, emptyItem, type RecordFate } from '../../core/processing/fold-step.ts';
import { toAttributes } from '../../lambdas/adapters/fold-item-dynamodb.ts';
import { dynamodbFoldStore } from '../../lambdas/adapters/fold-store-dynamodb.ts';
import { recordDecoder } from '../../lambdas/runtime/decode-records.ts';
import { systemClock } from '../../lambdas/runtime/system-clock.ts';
import { systemIds } from '../../lambdas/runtime/system-ids.ts';
import { judge, layout, limits, processor } from './millrace.ts';
import type { Processor } from './processor.ts';

type State = ReturnType<typeof processor.initialState>;

export const atLeastOnce: Processor = {
  name: 'the same at least once',
  open(client, { state: tableName }) {
    async function write({ item }: FoldWrite<State>): Promise<void> {
      const outboxAt = item.outbox.length > 0 && { outboxAt: { N: String(Math.floor(systemClock.now() / 1000)) } };
      await client.send(
        new PutItemCommand({ TableName: tableName, Item: { ...toAttributes(item, layout), ...outboxAt } }),
      );
    }
    const table = { client, tableName, layout, clock: systemClock, ids: systemIds };
    const store = { ...dynamodbFoldStore<State>(table), write };
    const decode = recordDecoder(judge);
    return async batch => {
      const { events } = decode(batch);
      const quarantine = async () => true;
      const failures = await processBatch(processor, events, { store, limits, quarantine, folding });
      if (failures.length > 0) throw new Error(`Cannot count the round: ${JSON.stringify(failures[0])}`);
    };
  },
};

/** One step for a batch, or more where the outbox of one would be too large. */
function folding<Folded, Incoming extends CloudEvent>(
  processor: FoldProcessor<Folded, Incoming>,
  { key, stored, records }: FoldInput<Folded, Incoming>,
  limits: FoldLimits = defaultFoldLimits,
): FoldResult<Folded> {
  const steps: FoldStep<Folded>[] = [];
  let item = stored ?? emptyItem(key, processor.initialState(key));
  let { state } = item;
  let fates: RecordFate[] = [];
  let outbox = new FoldOutbox(limits.maxOutboxBytes);
  const close = () => {
    if (roughBytes(state, limits.maxStateBytes) > limits.maxStateBytes) {
      throw new Error(`Cannot count the round: '${key}' is too large`);
    }
    const counts = addCounts(item.counts, fates);
    item = { ...item, state, revision: item.revision + 1, outbox: outbox.close(), counts };
    steps.push({ write: { item, lane: [], pages: [] }, fates });
    fates = [];
    outbox = new FoldOutbox(limits.maxOutboxBytes);
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
  return { steps, redelivered: [], strays: [] };
}

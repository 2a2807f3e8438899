import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type CloudEvent, newUlid, processBatch, seededRandom } from '../../core/index.ts';
import { type BehaviourEvent, isBehaviourEvent } from '../../domains/behaviour/events/behaviour-event.ts';
import { dynamodbFoldStore } from '../../lambdas/adapters/fold-store-dynamodb.ts';
import { ports } from '../../lambdas/runtime/ports.ts';
import { countedTables } from '../processor/counted-tables.ts';
import { layout, limits, processor } from '../processor/millrace.ts';
import { visitorEvents } from '../visitor-events.ts';
import type { Grower } from './world.ts';

const BATCH = 250;
const BATCHES_PER_VISIT = 4;
const random = seededRandom(11);

export const history: Grower = {
  name: 'history',
  says: 'events that a visitor has behind them, and further batches of theirs folded over HTTP',
  base: 250,

  async open() {
    const tables = await countedTables();
    const { state } = await tables.fresh();
    const store = dynamodbFoldStore<ReturnType<typeof processor.initialState>>({
      client: tables.client,
      tableName: state,
      layout,
      ...ports,
    });
    const quarantine = async () => true;
    /** About what is stored of a visitor. */
    const itemBytes = async (subject: string) => {
      const Key = { [layout.keyAttribute]: { S: subject } };
      const { Item } = await tables.client.send(new GetItemCommand({ TableName: state, Key }));
      const shortly = (_: string, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
      return JSON.stringify(Item, shortly).length;
    };
    let sequence = 10n ** 55n;
    let visitors = 0;
    const foldBatch = async (subject: string) => {
      const records = visitsOf(subject).map(event => {
        sequence += 1n;
        return { event, sequence: String(sequence), arrivedAtMs: Date.now(), shard: 'shard' };
      });
      const [failure] = await processBatch(processor, records, { store, limits, quarantine });
      if (failure) throw new Error(`Cannot count the round: ${JSON.stringify(failure)}`);
    };
    return {
      close: () => tables.close(),
      async grow(size) {
        visitors += 1;
        const subject = `visitor-${visitors}`;
        for (let count = 0; count < size; count += BATCH) await foldBatch(subject);
        const visit = async () => {
          for (let count = 0; count < BATCHES_PER_VISIT; count++) await foldBatch(subject);
          return BATCHES_PER_VISIT * BATCH;
        };
        return { visit, bytes: () => itemBytes(subject) };
      },
    };
  },
};

const [page] = visitorEvents(200).filter(({ type }) => type === 'behaviour.page.viewed.v1');

/** A batch of page views. */
function visitsOf(subject: string): readonly BehaviourEvent[] {
  return Array.from({ length: BATCH }, () => {
    const nowMs = Date.now();
    const event: CloudEvent = {
      ...page,
      id: newUlid(nowMs, random),
      subject,
      time: new Date(nowMs).toISOString(),
    } as CloudEvent; // a copy of one
    if (!isBehaviourEvent(event)) throw new Error('Cannot measure: the traffic has no pages');
    return event;
  });
}

/** Deliveries repeat, transactions meet, answers are lost: every event takes effect once, and an impostor never. */
import {
  BatchGetItemCommand,
  DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Consumable,
  type ConsumeOutcome,
  consumeOnce,
} from '../../../../lambdas/adapters/consume-once-dynamodb.ts';
import type { Attributes } from '../../../../lambdas/adapters/fold-item-dynamodb.ts';
import { seededUlids, steppingClock } from '../../../support/fixed-ports.ts';

const dynamodb = mockClient(DynamoDBClient);

type Fate = 'works' | 'meets another' | 'is lost before' | 'is lost after';
const FATES = ['works', 'works', 'meets another', 'is lost before', 'is lost after'] as const;

/** The rows, and the effects that were written with them: a counter for each event. */
class Tables {
  readonly rows = new Map<string, Attributes>();
  readonly effects = new Map<string, string[]>();
  readonly #plan: Iterator<Fate>;

  constructor(plan: readonly Fate[]) {
    this.#plan = plan.values();
    dynamodb.reset();
    dynamodb.on(TransactWriteItemsCommand).callsFake(({ TransactItems }: { TransactItems: TransactWriteItem[] }) => {
      const { value: fate = 'works' } = this.#plan.next();
      if (fate === 'is lost before') throw new Error('injected: nothing was written');
      if (fate === 'meets another') throw cancelled(TransactItems.map(() => ({ Code: 'TransactionConflict' })));
      this.#write(TransactItems);
      if (fate === 'is lost after') throw new Error('injected: the answer was lost');
      return {};
    });
    dynamodb.on(BatchGetItemCommand).callsFake(({ RequestItems }) => ({
      Responses: {
        memory: RequestItems.memory.Keys.flatMap((key: Attributes) => this.rows.get(String(key.id?.S)) ?? []),
      },
    }));
  }

  #write(items: readonly TransactWriteItem[]): void {
    const reasons = items.map(({ Put }) => {
      const found = this.rows.get(String(Put?.Item?.id?.S));
      return found ? { Code: 'ConditionalCheckFailed', Item: found } : { Code: 'None' };
    });
    if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
    for (const { Put, Update } of items) {
      if (Put?.Item) this.rows.set(String(Put.Item.id?.S), Put.Item);
      const { eventId, fingerprint } = Update?.Key ?? {};
      if (eventId?.S) this.effects.set(eventId.S, [...(this.effects.get(eventId.S) ?? []), String(fingerprint?.S)]);
    }
  }
}

function cancelled(CancellationReasons: { Code: string }[]) {
  return new TransactionCanceledException({ $metadata: {}, message: 'cancelled', CancellationReasons });
}

const effectsOf = (events: readonly Consumable[]): TransactWriteItem[] =>
  events.map(({ eventId, fingerprint }) => ({
    Update: {
      TableName: 'effects',
      Key: { eventId: { S: eventId }, fingerprint: { S: fingerprint } },
      UpdateExpression: 'ADD n :one',
    },
  }));

async function deliver(events: readonly Consumable[]): Promise<Map<string, ConsumeOutcome>> {
  const outcomes = new Map<string, ConsumeOutcome>();
  const ports = { clock: steppingClock(0), ids: seededUlids(1), client: new DynamoDBClient({ region: 'eu-west-1' }) };
  const options = { ...ports, tableName: 'memory', consumer: 'test', rememberDays: 31 };
  const onOutcome = ({ eventId }: Consumable, outcome: ConsumeOutcome) => void outcomes.set(eventId, outcome);
  await consumeOnce(options, { events, effectsOf, onOutcome }).catch(() => {}); // who has no outcome is delivered again
  return outcomes;
}

test('consumeOnce lets every event take effect once, however it is delivered and whatever is lost', async () => {
  const delivery = fc.record({
    ids: fc.uniqueArray(fc.integer({ min: 0, max: 150 }), { maxLength: 120 }),
    impostors: fc.boolean(),
  });
  const property = fc.asyncProperty(
    fc.array(delivery, { minLength: 1, maxLength: 8 }),
    fc.array(fc.constantFrom(...FATES), { maxLength: 30 }),
    async (deliveries, plan) => {
      const tables = new Tables(plan);
      const firsts = new Map<string, string>();
      for (const { ids, impostors } of deliveries) {
        const events = ids.map(id => ({ eventId: `e${id}`, fingerprint: impostors ? 'other' : 'true' }));
        const before = new Set(tables.effects.keys());
        const outcomes = await deliver(events);
        for (const { eventId, fingerprint } of events) {
          const [effect] = tables.effects.get(eventId) ?? [];
          if (effect !== undefined) firsts.set(eventId, firsts.get(eventId) ?? effect);
          const outcome = outcomes.get(eventId);
          if (outcome === 'consumed') expect([before.has(eventId), effect]).toEqual([false, fingerprint]);
          if (outcome === 'duplicate') expect(effect).toBe(fingerprint);
          if (outcome === 'conflict') expect([effect === undefined, effect === fingerprint]).toEqual([false, false]);
        }
      }
      for (const [eventId, effects] of tables.effects) expect(effects).toEqual([firsts.get(eventId)]);
    },
  );
  await fc.assert(property, { numRuns: 80 });
});

test('consumeOnce keeps within a transaction: a row and an effect for each of fifty events', async () => {
  const tables = new Tables([]);
  const events = Array.from({ length: 120 }, (_, i) => ({ eventId: `e${i}`, fingerprint: 'true' }));
  const outcomes = await deliver(events);
  expect([...outcomes.values()].every(outcome => outcome === 'consumed')).toBe(true);
  const sizes = dynamodb.commandCalls(TransactWriteItemsCommand).map(call => call.args[0].input.TransactItems?.length);
  expect(sizes).toEqual([100, 100, 40]);
  expect(tables.rows.get('test#e0')).toMatchObject({ expiresAt: { N: String(31 * 24 * 60 * 60) } });
});

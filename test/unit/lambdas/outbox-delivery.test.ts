/**
 * The outbox on its way to the bus, attacked at every call: the bus takes a part, refuses, answers nobody, and the handler
 * dies before and after each call. The stream delivers again from where it was told to.
 */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accepted, type CloudEvent } from '../../../core/index.ts';
import type { ClaimCheck } from '../../../lambdas/adapters/claim-check-s3.ts';
import { eventbridgePublisher } from '../../../lambdas/adapters/publisher-eventbridge.ts';
import { publishOutbox } from '../../../lambdas/outbox-publisher/publish-outbox.ts';
import type { OutboxRecord } from '../../../lambdas/outbox-publisher/read-outbox.ts';
import { behaviourEvent } from '../../support/behaviour-events.ts';
import { seededUlids, steppingClock } from '../../support/fixed-ports.ts';

const bridge = mockClient(EventBridgeClient);

const FATES = ['works', 'works', 'takes a part', 'refuses', 'loses its answer', 'dies before', 'dies after'] as const;
type Fate = (typeof FATES)[number];

class HandlerDied extends Error {}

/** The bus, the claim check and the handler's life, all under one plan: a fate for each call. */
class AttackedBus {
  readonly taken: CloudEvent[] = [];
  readonly claims = new Map<string, CloudEvent>();
  #die: (error: HandlerDied) => void = () => {};
  readonly #plan: Iterator<Fate>;

  constructor(plan: readonly Fate[]) {
    this.#plan = plan.values();
    bridge.reset();
    bridge.on(PutEventsCommand).callsFake(({ Entries }: { Entries: { Detail: string }[] }) =>
      this.#call(isPartly => {
        const results = Entries.map(({ Detail }, i) => {
          if (isPartly && i % 2 === 0) return { ErrorCode: 'InternalFailure' };
          this.taken.push(JSON.parse(Detail));
          return { EventId: 'e' };
        });
        return { FailedEntryCount: results.filter(result => 'ErrorCode' in result).length, Entries: results };
      }),
    );
  }

  readonly claimCheck: ClaimCheck = {
    leave: event =>
      this.#call(() => {
        this.claims.set(event.id, event);
        const { data: _data, ...envelope } = event;
        return { ...envelope, dataref: `s3://claims/${event.id}` };
      }),
    keepUnpublishable: () => Promise.reject(new Error('nothing here is unpublishable')),
  };

  /** One invocation. @throws HandlerDied */
  invoke(records: readonly OutboxRecord[]): Promise<readonly string[]> {
    const died = new Promise<never>((_, reject) => {
      this.#die = reject;
    });
    const { claimCheck } = this;
    const client = new EventBridgeClient({ region: 'eu-west-1' });
    const ports = { clock: steppingClock(0), ids: seededUlids(1), client, claimCheck, busName: 'bus' };
    const quarantine = { keep: () => Promise.reject(new Error('nothing here is refused')) };
    const dependencies = { publisher: eventbridgePublisher(ports), claimCheck, quarantine, examine: accepted };
    const published = publishOutbox(records, dependencies);
    return Promise.race([published.then(report => report.failedRecords), died]);
  }

  async #call<Answer>(effect: (isPartly: boolean) => Answer): Promise<Answer> {
    const { value: fate = 'works' } = this.#plan.next();
    if (fate === 'dies before') return this.#deadBefore();
    if (fate === 'refuses') throw Object.assign(new Error('busy'), { name: 'ThrottlingException' });
    const answer = effect(fate === 'takes a part');
    if (fate === 'dies after') return this.#deadBefore();
    if (fate === 'loses its answer') throw Object.assign(new Error('lost'), { name: 'TimeoutError' });
    return answer;
  }

  /** Nothing that comes after the call happens any more. */
  #deadBefore(): Promise<never> {
    this.#die(new HandlerDied());
    return new Promise(() => {});
  }
}

const fact = (subject: string, minute: number, isLarge: boolean): CloudEvent =>
  behaviourEvent('behaviour.page.viewed.v1', { url: isLarge ? 'x'.repeat(260_000) : '/' }, { minute, subject });

/** Delivers as a DynamoDB stream does: a batch again after a crash, and from the first failed record on. */
async function deliverAll(bus: AttackedBus, records: readonly OutboxRecord[], batchSize: number): Promise<void> {
  for (let from = 0, invocations = 0; from < records.length; invocations++) {
    if (invocations > 500) throw new Error('the outbox does not come to an end');
    const batch = records.slice(from, from + batchSize);
    try {
      const failed = await bus.invoke(batch);
      const first = batch.findIndex(({ name }) => failed.includes(name));
      from += first < 0 ? batch.length : first;
    } catch (error) {
      if (!(error instanceof HandlerDied)) throw error;
    }
  }
}

test('outbox-publisher loses nothing, keeps the order of every subject and repeats only whole facts, whatever breaks', async () => {
  const item = fc.array(fc.record({ isLarge: fc.nat({ max: 9 }).map(n => n === 0) }), { maxLength: 3 });
  const write = fc.record({ subject: fc.constantFrom('a', 'b', 'c'), facts: item });
  const property = fc.asyncProperty(
    fc.array(write, { minLength: 1, maxLength: 12 }),
    fc.array(fc.constantFrom(...FATES), { maxLength: 40 }),
    fc.integer({ min: 1, max: 12 }),
    async (writes, plan, batchSize) => {
      const records = writes.map(({ subject, facts }, i): OutboxRecord => {
        const events = facts.map(({ isLarge }, at) => fact(subject, i * 10 + at, isLarge));
        return { name: String(i), writtenAtMs: i, events, unreadable: [] };
      });
      const bus = new AttackedBus(plan);
      await deliverAll(bus, records, batchSize);
      const sent = new Map(records.flatMap(({ events }) => events).map(event => [event.id, event]));
      for (const arrived of bus.taken) {
        const whole = arrived.dataref === undefined ? arrived : bus.claims.get(arrived.id);
        expect(whole).toEqual(sent.get(arrived.id));
      }
      const firsts = [...new Map(bus.taken.map(({ id, subject }) => [id, subject]))];
      for (const subject of ['a', 'b', 'c']) {
        const wanted = [...sent.values()].filter(event => event.subject === subject).map(({ id }) => id);
        expect(firsts.filter(([, of]) => of === subject).map(([id]) => id)).toEqual(wanted);
      }
    },
  );
  await fc.assert(property, { numRuns: 150 });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Received, sqsFixture } from './sqs-fixture.ts';

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('send' as const), group: fc.nat({ max: 3 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('receive' as const),
      max: fc.integer({ min: 1, max: 10 }),
      visibilitySeconds: fc.integer({ min: 1, max: 20 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), pick: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('release' as const), pick: fc.nat(), seconds: fc.nat({ max: 15 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat({ max: 9_000 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

interface Held {
  readonly message: Received;
  untilMs: number;
}

/** Drives a queue and keeps a model beside it: what was sent, who holds what until when, what was deleted. */
async function drive(steps: readonly Step[], queueType: 'standard' | 'fifo') {
  const fixture = sqsFixture();
  const fifo = queueType === 'fifo';
  const url = await fixture.createQueue(fifo ? 'q.fifo' : 'q', fifo ? { FifoQueue: 'true' } : {});
  const sent = new Map<string, string>();
  const deleted = new Set<string>();
  const held = new Map<string, Held>();
  const isHeld = (body: string) => (held.get(body)?.untilMs ?? 0) > fixture.clock.now();

  function checkReceived(messages: readonly Received[], visibilityMs: number): void {
    const heldGroups = new Set([...held.keys()].filter(isHeld).map(body => sent.get(body)));
    const inBatch = new Map<string, number>();
    for (const message of messages) {
      const { Body } = message;
      expect(sent.has(Body)).toBe(true);
      expect(deleted.has(Body)).toBe(false);
      expect(isHeld(Body)).toBe(false);
      if (fifo) {
        const group = sent.get(Body) ?? '';
        expect(heldGroups.has(group)).toBe(false);
        const oldest = [...sent].find(
          ([body, of]) => of === group && !deleted.has(body) && Number(body) > (inBatch.get(group) ?? -1),
        );
        expect(Body).toBe(oldest?.[0]);
        inBatch.set(group, Number(Body));
      }
    }
    for (const message of messages) held.set(message.Body, { message, untilMs: fixture.clock.now() + visibilityMs });
  }

  for (const [index, action] of steps.entries()) {
    if (action.kind === 'wait') {
      await fixture.clock.advance(action.ms);
    } else if (action.kind === 'send') {
      const group = `group-${action.group}`;
      const body = String(index);
      sent.set(body, group);
      await fixture.send(url, body, fifo ? { MessageGroupId: group, MessageDeduplicationId: body } : {});
    } else if (action.kind === 'receive') {
      const more = { MaxNumberOfMessages: action.max, VisibilityTimeout: action.visibilitySeconds };
      checkReceived(await fixture.receive(url, more), action.visibilitySeconds * 1000);
    } else {
      const mine = [...held.values()].filter(({ message }) => isHeld(message.Body));
      const chosen = mine[action.pick % Math.max(1, mine.length)];
      if (!chosen) continue;
      if (action.kind === 'delete') {
        await fixture.remove(url, chosen.message);
        deleted.add(chosen.message.Body);
        held.delete(chosen.message.Body);
      } else {
        const { ReceiptHandle } = chosen.message;
        const input = { QueueUrl: url, ReceiptHandle, VisibilityTimeout: action.seconds };
        await fixture.call('ChangeMessageVisibility', input);
        chosen.untilMs = fixture.clock.now() + action.seconds * 1000;
      }
    }
    const { visible, inFlight, delayed } = await fixture.counts(url);
    expect(inFlight).toBe([...held.keys()].filter(isHeld).length);
    expect(visible + inFlight + delayed).toBe(sent.size - deleted.size);
  }
  return { ...fixture, url, sent, deleted };
}

/** Receives and deletes until the queue is empty. */
async function drain({ clock, url, receive, remove }: Awaited<ReturnType<typeof drive>>): Promise<string[]> {
  await clock.advance(60_000);
  const drained: string[] = [];
  for (let messages = await receive(url); messages.length > 0; messages = await receive(url)) {
    for (const message of messages) {
      await remove(url, message);
      drained.push(message.Body);
    }
  }
  return drained;
}

describe.each(['standard', 'fifo'] as const)('A %s queue', queueType => {
  it('loses no message, gives none to two receivers at once, none after its deletion, and keeps group order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async steps => {
        const run = await drive(steps, queueType);
        const drained = await drain(run);
        const remaining = [...run.sent.keys()].filter(body => !run.deleted.has(body));
        expect([...drained].sort()).toEqual([...remaining].sort());
        if (queueType === 'fifo') {
          for (const group of new Set(run.sent.values())) {
            const ofGroup = drained.filter(body => run.sent.get(body) === group).map(Number);
            expect(ofGroup).toEqual([...ofGroup].sort((a, b) => a - b));
          }
        }
      }),
      { numRuns: 80, seed: 20260101 },
    );
  });
});

describe('A queue with several waiting receivers', () => {
  it('gives every message to exactly one of them', async () => {
    const { clock, call, createQueue, receive, remove } = sqsFixture();
    const url = await createQueue('q');
    const got: string[] = [];
    const worker = async () => {
      for (;;) {
        const messages = await receive(url, { WaitTimeSeconds: 20, MaxNumberOfMessages: 3 });
        if (messages.length === 0) return;
        for (const message of messages) {
          got.push(message.Body);
          await remove(url, message);
        }
      }
    };
    const workers = [worker(), worker(), worker()];
    for (let batch = 0; batch < 20; batch++) {
      const Entries = Array.from({ length: 10 }, (_, i) => ({ Id: `${i}`, MessageBody: `${batch}-${i}` }));
      await call('SendMessageBatch', { QueueUrl: url, Entries });
      await clock.advance(100);
    }
    await clock.advance(60_000);
    await Promise.all(workers);
    expect(got).toHaveLength(200);
    expect(new Set(got).size).toBe(200);
  });
});

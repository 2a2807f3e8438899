import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { sqsService } from '../../../local/services/sqs/sqs-service.ts';
import { type RestartableCloud, type RestartableOptions, restartableClouds } from '../../support/restartable-cloud.ts';
import { drain, queueClient } from './queue-client.ts';
import type { Received } from './sqs-fixture.ts';

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0)) await remove();
});

function start(options: RestartableOptions = {}): Promise<RestartableCloud> {
  const clouds = restartableClouds(cloud => cloud.register(sqsService(cloud)), options);
  removers.push(clouds.remove);
  return clouds.start();
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('send' as const), group: fc.nat(2), delay: fc.nat(3), id: fc.nat(40) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 4 }), s: fc.nat(9) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('change' as const), pick: fc.nat(), s: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(6_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Does the same with one queue of each kind, whose messages go to a dead-letter queue after three receives. */
async function drive(running: RestartableCloud, suffix: '' | '.fifo', steps: readonly Step[]): Promise<void> {
  const isFifo = suffix !== '';
  const fifo = isFifo ? { FifoQueue: 'true' } : {};
  const deadLetterTargetArn = running.cloud.arn('sqs', `dlq${suffix}`);
  await queueClient(running, `dlq${suffix}`).create(fifo);
  const client = queueClient(running, `q${suffix}`);
  await client.create({ ...fifo, RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 }) });
  const received: Received[] = [];
  for (const [index, action] of steps.entries()) {
    const picked = 'pick' in action ? received[action.pick % Math.max(1, received.length)] : undefined;
    if (action.kind === 'wait') await running.clock.advance(action.ms);
    if (action.kind === 'settle') await running.journal.settled();
    if (action.kind === 'send')
      await client.send(
        `${index}`,
        isFifo
          ? { MessageGroupId: `${action.group}`, MessageDeduplicationId: `${action.id}` }
          : { DelaySeconds: action.delay },
      );
    if (action.kind === 'receive')
      received.push(...(await client.receive({ MaxNumberOfMessages: action.max, VisibilityTimeout: action.s })));
    if (action.kind === 'delete' && picked) await client.remove(picked).catch(() => {}); // a handle may have expired
    if (action.kind === 'change' && picked) {
      const input = { ReceiptHandle: picked.ReceiptHandle, VisibilityTimeout: action.s };
      await client.call('ChangeMessageVisibility', input).catch(() => {}); // as above
    }
  }
}

/** Everything that clients can see from now on, with the time of each message's coming. */
async function future(running: RestartableCloud, suffix: string): Promise<unknown> {
  const seen: unknown[] = [];
  const startMs = running.clock.now();
  for (const name of [`q${suffix}`, `dlq${suffix}`]) seen.push(await queueClient(running, name).attributes());
  for (let second = 0; second < 12; second++) {
    for (const name of [`q${suffix}`, `dlq${suffix}`]) {
      const messages = await drain(queueClient(running, name));
      const shown = messages.map(message => ({ ...message, name, atMs: running.clock.now() - startMs }));
      // a standard queue promises no order
      if (suffix === '') shown.sort((a, b) => (a.MessageId < b.MessageId ? -1 : 1));
      else shown.sort((a, b) => Number(a.Attributes?.MessageGroupId) - Number(b.Attributes?.MessageGroupId));
      seen.push(...shown);
    }
    await running.clock.advance(1_000);
  }
  const again = [];
  for (let id = 0; suffix !== '' && id <= 40; id++) {
    const message = { MessageGroupId: 'again', MessageDeduplicationId: `${id}` };
    const { SequenceNumber } = await queueClient(running, `q${suffix}`).send('again', message);
    again.push(SequenceNumber);
  }
  return { seen, again };
}

describe.each([
  ['standard', '' as const, undefined],
  ['FIFO', '.fifo' as const, undefined],
  ['standard (with snapshots)', '' as const, 2_000],
  ['FIFO (with snapshots)', '.fifo' as const, 2_000],
])('A %s queue', (_, suffix, snapshotAfterBytes) => {
  it('is after kill -9 what it would have been without', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
        const before = await start(snapshotAfterBytes === undefined ? {} : { snapshotAfterBytes });
        await drive(before, suffix, steps);
        const after = await before.restarted();
        expect(await future(after, suffix)).toEqual(await future(before, suffix));
        for (const remove of removers.splice(0)) await remove();
      }),
      { numRuns: 25, seed: 20260101 },
    );
  });
});

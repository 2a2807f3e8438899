import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CloudEvent } from '../../../../core/index.ts';
import { sqsOverflow } from '../../../../lambdas/adapters/overflow-sqs.ts';
import { behaviourEvent, pageViewed } from '../../../support/behaviour-events.ts';
import { seededUlids, steppingClock } from '../../../support/fixed-ports.ts';

const sqs = mockClient(SQSClient);
const warned: unknown[] = [];
const overflow = () =>
  sqsOverflow({
    client: new SQSClient({ region: 'eu-west-1' }),
    queueUrl: 'http://localhost/000000000000/overflow.fifo',
    clock: steppingClock(0),
    ids: seededUlids(1),
    warn: (_, details) => warned.push(details),
  });

interface Sent {
  readonly Entries: readonly {
    readonly Id: string;
    readonly MessageBody: string;
    readonly MessageGroupId: string;
    readonly MessageDeduplicationId: string;
  }[];
}

/** Answers as SQS does: entries that `fails` picks are among the failed ones, the call itself succeeds. */
function answer(fails: (events: readonly CloudEvent[]) => boolean = () => false) {
  sqs.on(SendMessageBatchCommand).callsFake((input: Sent) => {
    const failed = input.Entries.filter(({ MessageBody }) => fails(JSON.parse(MessageBody)));
    return {
      Successful: input.Entries.filter(entry => !failed.includes(entry)).map(({ Id }) => ({ Id, MessageId: Id })),
      Failed: failed.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })),
    };
  });
}

function calls(): Sent['Entries'][] {
  return sqs.commandCalls(SendMessageBatchCommand).map(call => (call.args[0].input as unknown as Sent).Entries);
}

const eventsIn = (entry: Sent['Entries'][number]): CloudEvent[] => JSON.parse(entry.MessageBody);

describe('sqsOverflow', () => {
  beforeEach(() => {
    sqs.reset();
    warned.length = 0;
  });
  const ofTwelve = Array.from({ length: 12 }, (_, i) => pageViewed(0, `v${i}`));

  it('sends ten messages a call', async () => {
    answer();
    expect(await overflow().keep(ofTwelve)).toEqual(ofTwelve.map(() => true));
    expect(calls().map(call => call.length)).toEqual([10, 2]);
  });

  it('sends the events of one key in one message, in their order, under a group of their own', async () => {
    answer();
    const events = [pageViewed(0, 'a'), pageViewed(0, 'b'), pageViewed(1, 'a'), pageViewed(2, 'a')];
    await overflow().keep(events);
    const [call = []] = calls();
    expect(call.map(entry => eventsIn(entry).map(({ id }) => id))).toEqual([
      [events[0]?.id, events[2]?.id, events[3]?.id],
      [events[1]?.id],
    ]);
    expect(new Set(call.map(entry => entry.MessageGroupId)).size).toBe(2);
  });

  it('names groups within what SQS takes, whatever the key', async () => {
    answer();
    await overflow().keep([pageViewed(0, 'ä '.repeat(128))]);
    expect(calls()[0]?.[0]?.MessageGroupId).toMatch(/^[0-9a-f]{64}$/);
  });

  it('keeps a message below 256 KB and a hundred events, and sends the next one of its key when it is in', async () => {
    answer();
    const large = Array.from({ length: 3 }, (_, i) => {
      return behaviourEvent('behaviour.page.viewed.v1', { url: 'x'.repeat(110_000) }, { minute: i });
    });
    const many = Array.from({ length: 250 }, (_, i) => pageViewed(i, 'b'));
    expect(await overflow().keep([...large, ...many])).not.toContain(false);
    expect(calls().map(call => call.map(entry => eventsIn(entry).length))).toEqual([[2, 100], [1, 100], [50]]);
  });

  it('sends failed messages again as the same messages', async () => {
    let failures = 2;
    answer(([event]) => (event?.subject === 'v3' || event?.subject === 'v4') && failures-- > 0);
    expect(await overflow().keep(ofTwelve)).toEqual(ofTwelve.map(() => true));
    const last = calls().at(-1) ?? [];
    expect(last.flatMap(entry => eventsIn(entry).map(({ subject }) => subject))).toEqual(['v3', 'v4']);
    const first = calls()[0]?.slice(3, 5) ?? [];
    const idOf = (entry: Sent['Entries'][number]) => entry.MessageDeduplicationId;
    expect(last.map(idOf)).toEqual(first.map(idOf));
  });

  it('takes equal events that were accepted twice for two: neither is dropped as a duplicate', async () => {
    answer();
    const event = pageViewed();
    const port = overflow();
    await port.keep([event, event]);
    await port.keep([event]);
    const sent = calls().flat();
    expect(sent.map(entry => eventsIn(entry).length)).toEqual([2, 1]);
    expect(new Set(sent.map(entry => entry.MessageDeduplicationId)).size).toBe(2);
  });

  it('never says that it keeps what it does not', async () => {
    answer(([event]) => event?.subject === 'v7');
    expect((await overflow().keep(ofTwelve)).flatMap((kept, i) => (kept ? [] : [i]))).toEqual([7]);
    sqs.reset();
    sqs.on(SendMessageBatchCommand).rejects(new Error('no route'));
    expect(await overflow().keep(ofTwelve)).toEqual(ofTwelve.map(() => false));
  });

  it('says why events were not kept, for an entry and for a whole call', async () => {
    answer(() => true);
    expect(await overflow().keep([pageViewed()])).toEqual([false]);
    sqs.on(SendMessageBatchCommand).rejects(new Error('no route'));
    expect(await overflow().keep([pageViewed()])).toEqual([false]);
    expect(warned).toEqual([...Array(3).fill({ codes: ['InternalError'] }), ...Array(3).fill({ reason: 'no route' })]);
  });

  it('keeps every key in order, whatever fails or is lost: what is not kept is the end of its key', async () => {
    const fate = fc.constantFrom('taken', 'taken', 'failed', 'lost before', 'lost after');
    const property = fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }),
      fc.array(fate, { maxLength: 40 }),
      async (subjects, plan) => {
        sqs.reset();
        const queue: string[] = [];
        const known = new Set<string>();
        let at = 0;
        sqs.on(SendMessageBatchCommand).callsFake((input: Sent) => {
          const fates = input.Entries.map(() => plan[at++] ?? 'taken');
          if (fates.includes('lost before')) throw new Error('injected: nothing was taken');
          for (const [i, entry] of input.Entries.entries()) {
            if (fates[i] === 'failed' || known.has(entry.MessageDeduplicationId)) continue;
            known.add(entry.MessageDeduplicationId);
            queue.push(...eventsIn(entry).map(({ id }) => id));
          }
          if (fates.includes('lost after')) throw new Error('injected: the answer was lost');
          const ids = (failed: boolean) =>
            input.Entries.filter((_, i) => (fates[i] === 'failed') === failed).map(({ Id }) => ({ Id }));
          return { Successful: ids(false), Failed: ids(true) };
        });
        // so large that each event is a message
        const events = subjects.map((subject, minute) =>
          behaviourEvent('behaviour.page.viewed.v1', { url: 'x'.repeat(130_000) }, { minute, subject }),
        );
        const kept = await overflow().keep(events);
        for (const ofKey of Map.groupBy(events, ({ subject }) => subject).values()) {
          const fates = ofKey.map(event => kept[events.indexOf(event)]);
          expect(fates).toEqual(fates.toSorted((a, b) => Number(b) - Number(a)));
          const ids = ofKey.map(({ id }) => id);
          const waiting = queue.filter(id => ids.includes(id));
          expect(waiting).toEqual(ids.slice(0, waiting.length));
          expect(waiting.length).toBeGreaterThanOrEqual(fates.filter(Boolean).length);
        }
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });
});

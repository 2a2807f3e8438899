import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { CloudEvent, OutgoingFact, PublishOutcome } from '../../../core/index.ts';
import { publishOutbox } from '../../../lambdas/outbox-publisher/publish-outbox.ts';
import { readOutbox, readStoredOutbox } from '../../../lambdas/outbox-publisher/read-outbox.ts';
import { pageViewed } from '../../support/behaviour-events.ts';

const outbox = (...events: unknown[]) => ({ outbox: { L: events.map(event => ({ S: JSON.stringify(event) })) } });

function change(
  SequenceNumber: string,
  images: DynamoDBRecord['dynamodb'],
  eventName: DynamoDBRecord['eventName'] = 'MODIFY',
) {
  return readOutbox({ eventName, dynamodb: { SequenceNumber, ...images } });
}

describe('readOutbox', () => {
  const event = pageViewed();

  it('takes the outbox of a state item, or the event of an event store item', () => {
    expect(change('1', { NewImage: outbox(event, event) }).events).toEqual([event, event]);
    expect(change('1', { NewImage: { event: { S: JSON.stringify(event) } } }, 'INSERT').events).toEqual([event]);
  });

  it('ignores removals, items without an outbox, and changes that left it alone', () => {
    expect(change('1', { OldImage: outbox(event) }, 'REMOVE').events).toEqual([]);
    expect(change('1', { NewImage: { state: { M: {} } } }).events).toEqual([]);
    expect(change('1', { NewImage: outbox(event), OldImage: outbox(event) }).events).toEqual([]);
    expect(change('1', { NewImage: outbox(event), OldImage: outbox(pageViewed()) }).events).toEqual([event]);
    expect(readOutbox({ eventName: 'MODIFY' })).toMatchObject({ events: [], unreadable: [] });
  });

  it('sets aside what is no event', () => {
    const read = change('1', { NewImage: { outbox: { L: [{ S: 'x' }, { S: '{}' }, { S: JSON.stringify(event) }] } } });
    expect(read).toMatchObject({ events: [event], unreadable: ['x', '{}'] });
  });
});

describe('readStoredOutbox', () => {
  const event = pageViewed();

  it('knows from a state item when its outbox was written, and from an event item when its event was', () => {
    const state = readStoredOutbox({ ...outbox(event), outboxAt: { N: '1770000000' } }, 'a');
    expect(state).toEqual({ name: 'a', writtenAtMs: 1_770_000_000_000, events: [event], unreadable: [] });
    const stored = readStoredOutbox({ event: { S: JSON.stringify(event) } }, 'b');
    expect(stored).toMatchObject({ writtenAtMs: Date.parse(event.time), events: [event] });
    expect(readStoredOutbox({ event: { S: 'x' } }, 'c')).toMatchObject({ writtenAtMs: undefined, unreadable: ['x'] });
  });
});

describe('publishOutbox', () => {
  const records = [pageViewed(0, 'a'), pageViewed(0, 'b'), pageViewed(1, 'a')].map((event, i) =>
    change(String(i), { NewImage: outbox(event) }),
  );
  const kept: string[] = [];
  const claimCheck = {
    leave: async (event: CloudEvent) => event,
    async keepUnpublishable(id: string) {
      kept.push(id);
    },
  };
  const publisher = (outcome: (event: CloudEvent) => PublishOutcome) => ({
    publish: async (facts: readonly OutgoingFact[]) => facts.map(({ event }) => outcome(event)),
  });

  it('reports nothing to be delivered again when everything is on the bus', async () => {
    const report = await publishOutbox(
      records,
      publisher(() => ({ status: 'published', claimChecked: true })),
      claimCheck,
    );
    expect(report).toMatchObject({ published: 3, failed: 0, claimChecked: 3, failedRecords: [] });
  });

  it('reports the records whose facts are not on the bus', async () => {
    const report = await publishOutbox(
      records,
      publisher(event =>
        event.subject === 'a' ? { status: 'failed', code: 'Throttled' } : { status: 'published', claimChecked: false },
      ),
      claimCheck,
    );
    expect(report).toMatchObject({ published: 1, failed: 2, failedRecords: ['0', '2'], reasons: ['Throttled'] });
  });

  it('keeps an unreadable entry aside and does not let it block the stream', async () => {
    const broken = change('7', { NewImage: { outbox: { L: [{ S: 'x' }] } } });
    const report = await publishOutbox(
      [broken],
      publisher(() => ({ status: 'published', claimChecked: false })),
      claimCheck,
    );
    expect(report).toMatchObject({
      published: 0,
      failed: 0,
      unpublishable: 1,
      failedRecords: [],
      reasons: ['UnreadableOutboxEntry'],
    });
    expect(kept).toEqual(['7-0']);
  });

  it('keeps aside what the bus refuses for good, and tries again only what it might still take', async () => {
    const outcomes: Record<string, PublishOutcome> = {
      a: { status: 'refused', code: 'InvalidArgument' },
      b: { status: 'failed', code: 'ThrottlingException' },
    };
    const report = await publishOutbox(
      records,
      publisher(event => outcomes[event.subject] ?? { status: 'failed', code: 'NoResult' }),
      claimCheck,
    );
    expect(report).toMatchObject({ published: 0, failed: 1, unpublishable: 2, failedRecords: ['1'] });
  });

  it('has a refused fact delivered again when it could not even be kept', async () => {
    const full = { ...claimCheck, keepUnpublishable: () => Promise.reject(new Error('no bucket')) };
    const report = await publishOutbox(
      records.slice(0, 1),
      publisher(() => ({ status: 'refused', code: 'InvalidArgument' })),
      full,
    );
    expect(report).toMatchObject({
      failed: 1,
      unpublishable: 0,
      failedRecords: ['0'],
      reasons: ['no bucket', 'InvalidArgument'],
    });
  });

  it('says how old the oldest change that carries facts is, those that carry none aside', async () => {
    const at = (seconds: number, image: object) =>
      change('1', { NewImage: { ...image }, ApproximateCreationDateTime: seconds });
    const publishing = publisher(() => ({ status: 'published', claimChecked: false }));
    const batch = [at(5, {}), at(20, outbox(pageViewed())), at(10, outbox(pageViewed()))];
    expect(await publishOutbox(batch, publishing, claimCheck)).toMatchObject({ oldestWrittenAtMs: 10_000 });
    expect(await publishOutbox([at(5, {})], publishing, claimCheck)).toMatchObject({ oldestWrittenAtMs: undefined });
  });
});

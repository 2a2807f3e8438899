import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import {
  accepted,
  type CloudEvent,
  type EventContract,
  type OutgoingFact,
  type PublishOutcome,
  parseLedgerEntry,
  type QuarantinedRecord,
  refused,
} from '../../../core/index.ts';
import { totalOf } from '../../../core/ledger/cells.ts';
import { examineFacts } from '../../../lambdas/outbox-publisher/examine-fact.ts';
import { type PublishDependencies, publishOutbox } from '../../../lambdas/outbox-publisher/publish-outbox.ts';
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

/** Publishes with ports in memory; facts of subject `refused` are refused by their schema. */
function ports(outcome: (event: CloudEvent) => PublishOutcome = () => ({ status: 'published', claimChecked: true })) {
  const kept: string[] = [];
  const published: CloudEvent[] = [];
  const quarantined = new Map<string, QuarantinedRecord>();
  const dependencies: PublishDependencies = {
    claimCheck: {
      leave: async event => event,
      async keepUnpublishable(id) {
        kept.push(id);
      },
    },
    publisher: {
      async publish(facts: readonly OutgoingFact[]) {
        published.push(...facts.map(({ event }) => event));
        return facts.map(({ event }) => outcome(event));
      },
    },
    quarantine: {
      async keep(record) {
        const isNew = !quarantined.has(record.id);
        quarantined.set(record.id, record);
        return isNew;
      },
    },
    examine: event =>
      event.subject === 'refused' ? refused({ field: 'data.url', reason: 'is required' }) : accepted(event),
  };
  return { kept, published, quarantined, dependencies };
}

describe('publishOutbox', () => {
  const records = [pageViewed(0, 'a'), pageViewed(0, 'b'), pageViewed(1, 'a')].map((event, i) =>
    change(String(i), { NewImage: outbox(event) }),
  );

  it('reports nothing to be delivered again when everything is on the bus', async () => {
    const report = await publishOutbox(records, ports().dependencies);
    expect(report).toMatchObject({ published: 3, failed: 0, claimChecked: 3, failedRecords: [], quarantined: [] });
  });

  it('reports the records whose facts are not on the bus', async () => {
    const { dependencies } = ports(event =>
      event.subject === 'a' ? { status: 'failed', code: 'Throttled' } : { status: 'published', claimChecked: false },
    );
    const report = await publishOutbox(records, dependencies);
    expect(report).toMatchObject({ published: 1, failed: 2, failedRecords: ['0', '2'], reasons: ['Throttled'] });
  });

  it('keeps an unreadable entry aside and does not let it block the stream', async () => {
    const broken = change('7', { NewImage: { outbox: { L: [{ S: 'x' }] } } });
    const { kept, dependencies } = ports();
    expect(await publishOutbox([broken], dependencies)).toMatchObject({
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
    const { dependencies } = ports(event => outcomes[event.subject] ?? { status: 'failed', code: 'NoResult' });
    const report = await publishOutbox(records, dependencies);
    expect(report).toMatchObject({ published: 0, failed: 1, unpublishable: 2, failedRecords: ['1'] });
  });

  it('has a refused fact delivered again when it could not even be kept', async () => {
    const { dependencies } = ports(() => ({ status: 'refused', code: 'InvalidArgument' }));
    const claimCheck = { ...dependencies.claimCheck, keepUnpublishable: () => Promise.reject(new Error('no bucket')) };
    expect(await publishOutbox(records.slice(0, 1), { ...dependencies, claimCheck })).toMatchObject({
      failed: 1,
      unpublishable: 0,
      failedRecords: ['0'],
      reasons: ['no bucket', 'InvalidArgument'],
    });
  });

  it('says how old the oldest change that carries facts is, those that carry none aside', async () => {
    const at = (seconds: number, image: object) =>
      change('1', { NewImage: { ...image }, ApproximateCreationDateTime: seconds });
    const { dependencies } = ports();
    const batch = [at(5, {}), at(20, outbox(pageViewed())), at(10, outbox(pageViewed()))];
    expect(await publishOutbox(batch, dependencies)).toMatchObject({ oldestWrittenAtMs: 10_000 });
    expect(await publishOutbox([at(5, {})], dependencies)).toMatchObject({ oldestWrittenAtMs: undefined });
  });
});

describe('publishOutbox, of a fact that its schema refuses', () => {
  const bad = pageViewed(0, 'refused');
  const batch = [
    change('1', { NewImage: outbox(bad, pageViewed(1, 'a')), ApproximateCreationDateTime: 1_772_000_000 }),
    change('2', { NewImage: outbox(pageViewed(2, 'a')), ApproximateCreationDateTime: 1_772_000_000 }),
  ];

  it('quarantines it with the reason, counts it so, says which it was, and lets everything behind it pass', async () => {
    const { dependencies, quarantined, published } = ports();
    const report = await publishOutbox(batch, dependencies);
    const problem = { field: 'data.url', reason: 'is required' };
    expect(report).toMatchObject({ published: 2, failed: 0, unpublishable: 0, failedRecords: [] });
    expect(report.quarantined).toEqual([{ id: bad.id, type: bad.type, subject: 'refused', problem }]);
    expect(published.map(({ id }) => id)).not.toContain(bad.id);
    expect([...quarantined.values()]).toMatchObject([
      { id: `outbox-publisher-${bad.id}`, hop: 'outbox-publisher', received: bad, ...problem },
    ]);
    const outcomes = report.ledger.entries().map(entry => parseLedgerEntry(entry));
    expect(outcomes.map(entry => [entry?.outcome, totalOf(entry?.cells ?? new Map())])).toEqual([
      ['quarantined', 1],
      ['published', 2],
    ]);
  });

  it('counts it once, however often its record is delivered', async () => {
    const { dependencies } = ports();
    await publishOutbox(batch, dependencies);
    const again = await publishOutbox(batch, dependencies);
    expect(again.quarantined).toEqual([]);
    expect(again.ledger.entries().some(entry => entry.includes(' quarantined '))).toBe(false);
  });

  it('has its record delivered again when the quarantine cannot be reached, and then only', async () => {
    const { dependencies, published } = ports();
    const quarantine = { keep: () => Promise.reject(new Error('no bucket')) };
    const report = await publishOutbox(batch, { ...dependencies, quarantine });
    expect(report).toMatchObject({ failed: 1, unpublishable: 0, failedRecords: ['1'], reasons: ['no bucket'] });
    expect(published).toHaveLength(2);
  });
});

describe('examineFacts', () => {
  const cart = { ...pageViewed(), type: 'shop.cart.left.v2', data: { id: 7 } };
  const contract = (type: string, reason?: string): EventContract => ({
    type,
    problemOf: () => (reason === undefined ? undefined : { field: 'data', reason }),
  });

  it('refuses what the chosen contract refuses, and lets pass what has none', () => {
    const contracts = [contract(cart.type, 'is bad')];
    expect(examineFacts({ contracts })(cart)).toMatchObject({ ok: false, problem: { reason: 'is bad' } });
    expect(examineFacts({ contracts, choose: () => contract(cart.type) })(cart).ok).toBe(true);
    expect(examineFacts({ contracts })(pageViewed()).ok).toBe(true);
  });

  it('has a fact leave as an older version of it for those who read no other, once it was judged', () => {
    const contracts = [contract(cart.type)];
    const casts = new Map([[cart.type, (fact: CloudEvent) => ({ ...fact, type: 'shop.cart.left.v1', data: '7' })]]);
    expect(examineFacts({ contracts, casts })(cart)).toMatchObject({ value: { type: 'shop.cart.left.v1', data: '7' } });
    const broken = new Map([
      [
        cart.type,
        () => {
          throw new Error('Cannot cast: no way');
        },
      ],
    ]);
    expect(examineFacts({ contracts, casts: broken })(cart)).toMatchObject({
      problem: { reason: 'Cannot cast: no way' },
    });
  });
});

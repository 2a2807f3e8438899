import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CloudEvent } from '../../../../core/index.ts';
import { eventbridgePublisher } from '../../../../lambdas/adapters/publisher-eventbridge.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';
import { seededUlids, steppingClock } from '../../../support/fixed-ports.ts';

const bridge = mockClient(EventBridgeClient);
const left: CloudEvent[] = [];
const publisher = () =>
  eventbridgePublisher({
    client: new EventBridgeClient({ region: 'eu-west-1' }),
    busName: 'millrace',
    clock: steppingClock(0),
    ids: seededUlids(1),
    claimCheck: {
      async leave(event) {
        left.push(event);
        const { data: _data, ...envelope } = event;
        return { ...envelope, dataref: 's3://claims/1' };
      },
      keepUnpublishable: async () => {},
    },
  });

const facts = (...events: CloudEvent[]) => events.map(event => ({ event }));

interface Sent {
  readonly Entries: {
    readonly Source: string;
    readonly DetailType: string;
    readonly Detail: string;
    readonly EventBusName: string;
  }[];
}

/** Answers as EventBridge does: entries that `fails` picks come back with an error code, the call itself succeeds. */
function answer(fails: (event: CloudEvent) => boolean = () => false, ErrorCode = 'ThrottlingException') {
  bridge.on(PutEventsCommand).callsFake((input: Sent) => {
    const results = input.Entries.map(entry =>
      fails(JSON.parse(entry.Detail)) ? { ErrorCode, ErrorMessage: 'slow' } : { EventId: 'e' },
    );
    return { FailedEntryCount: results.filter(result => 'ErrorCode' in result).length, Entries: results };
  });
}

function calls(): CloudEvent[][] {
  return bridge
    .commandCalls(PutEventsCommand)
    .map(call => (call.args[0].input as unknown as Sent).Entries.map(entry => JSON.parse(entry.Detail) as CloudEvent));
}

describe('eventbridgePublisher', () => {
  beforeEach(() => {
    bridge.reset();
    left.length = 0;
  });

  it('sends the whole event as the detail, under its source and type', async () => {
    answer();
    const event = pageViewed();
    expect(await publisher().publish(facts(event))).toEqual([{ status: 'published', claimChecked: false }]);
    expect(bridge.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries?.[0]).toEqual({
      EventBusName: 'millrace',
      Source: event.source,
      DetailType: event.type,
      Detail: JSON.stringify(event),
    });
  });

  it('sends ten entries a call, and never two of one subject', async () => {
    answer();
    const events = Array.from({ length: 24 }, (_, i) => pageViewed(i, `v${i % 12}`));
    await publisher().publish(facts(...events));
    for (const call of calls()) {
      expect(call.length).toBeLessThanOrEqual(10);
      expect(new Set(call.map(event => event.subject)).size).toBe(call.length);
    }
    const order = calls()
      .flat()
      .filter(event => event.subject === 'v3')
      .map(event => event.id);
    expect(order).toEqual(events.filter(event => event.subject === 'v3').map(event => event.id));
  });

  it('reads the code of each entry and sends failed ones again', async () => {
    const events = [pageViewed(0, 'a'), pageViewed(0, 'b')];
    let failures = 2;
    answer(event => event.subject === 'b' && failures-- > 0);
    expect((await publisher().publish(facts(...events))).map(({ status }) => status)).toEqual([
      'published',
      'published',
    ]);
    expect(calls().map(call => call.map(event => event.subject))).toEqual([['a', 'b'], ['b'], ['b']]);
  });

  it('holds back the later events of a subject whose event failed, and only those', async () => {
    const events = [pageViewed(0, 'a'), pageViewed(1, 'a'), pageViewed(0, 'b'), pageViewed(1, 'b')];
    answer(event => event.id === events[0]?.id);
    expect(await publisher().publish(facts(...events))).toMatchObject([
      { status: 'failed', code: 'ThrottlingException' },
      { status: 'failed', code: 'BehindFailedEvent' },
      { status: 'published' },
      { status: 'published' },
    ]);
    expect(
      calls()
        .flat()
        .some(event => event.id === events[1]?.id),
    ).toBe(false);
  });

  it('goes on with the later events of a subject when the bus will never take one', async () => {
    const events = [pageViewed(0, 'a'), pageViewed(1, 'a')];
    answer(event => event.id === events[0]?.id, 'InvalidArgument');
    expect(await publisher().publish(facts(...events))).toEqual([
      { status: 'refused', code: 'InvalidArgument' },
      { status: 'published', claimChecked: false },
    ]);
    expect(calls()).toHaveLength(2);
  });

  it('finds the one entry that makes a whole call invalid, and publishes the others', async () => {
    const events = [pageViewed(0, 'a'), pageViewed(0, 'b'), pageViewed(0, 'c')];
    bridge.on(PutEventsCommand).callsFake((input: Sent) => {
      const ids = input.Entries.map(entry => JSON.parse(entry.Detail).id);
      if (ids.includes(events[1]?.id)) throw Object.assign(new Error('too long'), { name: 'ValidationException' });
      return { FailedEntryCount: 0, Entries: ids.map(() => ({ EventId: 'e' })) };
    });
    expect(await publisher().publish(facts(...events))).toMatchObject([
      { status: 'published' },
      { status: 'refused', code: 'ValidationException' },
      { status: 'published' },
    ]);
  });

  it('takes a call that failed as a whole as failed', async () => {
    bridge.on(PutEventsCommand).rejects(new Error('no route'));
    expect(await publisher().publish(facts(pageViewed()))).toEqual([{ status: 'failed', code: 'Error' }]);
  });

  it('leaves the data of an event that is too large at the claim check', async () => {
    answer();
    const large = { ...pageViewed(), data: { url: 'x'.repeat(300_000) } };
    expect(await publisher().publish(facts(large))).toEqual([{ status: 'published', claimChecked: true }]);
    expect(left).toEqual([large]);
    expect(calls()[0]?.[0]).toMatchObject({ id: large.id, dataref: 's3://claims/1' });
    expect(calls()[0]?.[0]).not.toHaveProperty('data');
  });

  it('keeps a call below 256 KB in all', async () => {
    answer();
    const events = Array.from({ length: 3 }, (_, i) => ({
      ...pageViewed(0, `v${i}`),
      data: { url: 'x'.repeat(120_000) },
    }));
    await publisher().publish(facts(...events));
    expect(calls().map(call => call.length)).toEqual([2, 1]);
  });
});

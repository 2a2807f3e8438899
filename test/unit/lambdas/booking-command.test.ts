import { describe, expect, it } from 'vitest';
import { type CloudEvent, ConflictError, type EventStore, ThrottledError } from '../../../core/index.ts';
import { bookTrip } from '../../../lambdas/booking-command/book-trip.ts';
import { seededUlids, steppingClock } from '../../support/fixed-ports.ts';
import { booking } from '../../support/travel-events.ts';

function desk() {
  const streams = new Map<string, readonly CloudEvent[]>();
  const events: EventStore = {
    load: async streamId => streams.get(streamId) ?? [],
    async append(streamId, expectedVersion, added) {
      const before = streams.get(streamId) ?? [];
      if (before.length !== expectedVersion) throw new ConflictError('grown');
      streams.set(streamId, [...before, ...added]);
    },
  };
  return { streams, events, dependencies: { events, clock: steppingClock(0), ids: seededUlids(1) } };
}

const { tripId: _tripId, ...withoutId } = booking;

describe('bookTrip', () => {
  it('records a booking once, however often it is sent', async () => {
    const { dependencies, streams } = desk();
    expect(await bookTrip({ body: booking }, dependencies)).toEqual({
      ok: true,
      value: { tripId: 'trip-0001', isNew: true },
    });
    expect(await bookTrip({ body: booking }, dependencies)).toEqual({
      ok: true,
      value: { tripId: 'trip-0001', isNew: false },
    });
    expect(streams.get('trip-0001')).toHaveLength(1);
  });

  it('names the trip after the idempotency key', async () => {
    const { dependencies, streams } = desk();
    const first = await bookTrip({ body: withoutId, idempotencyKey: 'k1' }, dependencies);
    expect(await bookTrip({ body: withoutId, idempotencyKey: 'k1' }, dependencies)).toMatchObject({
      ok: true,
      value: { ...(first.ok && { tripId: first.value.tripId }), isNew: false },
    });
    await bookTrip({ body: withoutId, idempotencyKey: 'k2' }, dependencies);
    expect(streams.size).toBe(2);
  });

  it('makes a new trip each time when nothing identifies it', async () => {
    const { dependencies, streams } = desk();
    await bookTrip({ body: withoutId }, dependencies);
    await bookTrip({ body: withoutId }, dependencies);
    expect(streams.size).toBe(2);
  });

  it('refuses other content under the same key', async () => {
    const { dependencies } = desk();
    await bookTrip({ body: withoutId, idempotencyKey: 'k1' }, dependencies);
    const other = await bookTrip({ body: { ...withoutId, traveller: 'Bob' }, idempotencyKey: 'k1' }, dependencies);
    expect(other).toMatchObject({ ok: false, problem: { kind: 'conflict', field: 'tripId' } });
  });

  it('decides again when the same booking was recorded between reading and writing', async () => {
    const { dependencies, events, streams } = desk();
    const append = events.append.bind(events);
    let raced = false;
    events.append = async (...args) => {
      if (!raced) {
        raced = true;
        const [streamId, version, [event]] = args;
        if (event) await append(streamId, version, [{ ...event, id: '01JF3Z8Q6W9X5V4T3S2R1Q0P9N' }]);
        throw new ConflictError('grown');
      }
      await append(...args);
    };
    expect(await bookTrip({ body: booking }, dependencies)).toMatchObject({ ok: true, value: { isNew: false } });
    expect(streams.get('trip-0001')).toHaveLength(1);
  });

  it('knows its own event again when it was written and only the answer was lost', async () => {
    const { dependencies, events, streams } = desk();
    const append = events.append.bind(events);
    events.append = async (...args) => {
      await append(...args);
      throw new ConflictError('sent twice by the SDK');
    };
    expect(await bookTrip({ body: booking }, dependencies)).toMatchObject({ ok: true, value: { isNew: true } });
    expect(streams.get('trip-0001')).toHaveLength(1);
  });

  it('takes a booking as new whose append was answered by a time-out and is there, and only then', async () => {
    const { dependencies, events, streams } = desk();
    const append = events.append.bind(events);
    const timeout = new ThrottledError('no answer');
    events.append = () => Promise.reject(timeout);
    await expect(bookTrip({ body: booking }, dependencies)).rejects.toBe(timeout);
    expect(streams.size).toBe(0);
    events.append = async (...args) => {
      await append(...args);
      throw timeout;
    };
    expect(await bookTrip({ body: booking }, dependencies)).toMatchObject({ ok: true, value: { isNew: true } });
    expect(await bookTrip({ body: booking }, dependencies)).toMatchObject({ ok: true, value: { isNew: false } });
    expect(streams.get('trip-0001')).toHaveLength(1);
  });

  it('tells the first trouble when it cannot even find out what became of the booking', async () => {
    const { dependencies, events } = desk();
    events.append = async () => {
      events.load = () => Promise.reject(new Error('gone as well'));
      throw new ThrottledError('no answer');
    };
    await expect(bookTrip({ body: booking }, dependencies)).rejects.toThrow('no answer');
  });

  it.each([
    ['traveller', { traveller: 'Ada \ud83d' }],
    ['extra', { extra: '\ufffe' }],
  ])('refuses text in %s that no later hop could carry', async (field, change) => {
    const { dependencies, streams } = desk();
    expect(await bookTrip({ body: { ...booking, ...change } }, dependencies)).toMatchObject({
      ok: false,
      problem: { kind: 'invalid', field },
    });
    expect(streams.size).toBe(0);
  });

  it('refuses a booking for nothing before it touches anything', async () => {
    const { dependencies, streams } = desk();
    const { flight: _flight, hotel: _hotel, ...nothing } = booking;
    expect(await bookTrip({ body: nothing }, dependencies)).toMatchObject({ ok: false, problem: { kind: 'invalid' } });
    expect(streams.size).toBe(0);
  });
});

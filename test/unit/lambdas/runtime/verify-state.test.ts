import { beforeEach, describe, expect, it } from 'vitest';
import {
  ConflictError,
  defaultFoldLimits,
  type FoldItem,
  type FoldRecord,
  type FoldWrite,
  fold,
  parkKey,
  TerminalError,
} from '../../../../core/index.ts';
import { emptyProfile, type SessionProfile } from '../../../../domains/behaviour/aggregates/session-profile.ts';
import type { BehaviourEvent } from '../../../../domains/behaviour/events/behaviour-event.ts';
import {
  sessionProfile,
  sessionProfileProcessor,
} from '../../../../domains/behaviour/processors/session-profile-processor.ts';
import { toAttributes } from '../../../../lambdas/adapters/fold-item-dynamodb.ts';
import {
  type VerifiedKey,
  type VerifyDependencies,
  type VerifyRequest,
  verifyState,
} from '../../../../lambdas/runtime/verify-state.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';

const KEY = 'a';
const ARRIVED_MS = Date.UTC(2026, 2, 1);
const processor = sessionProfileProcessor({ sessionGapMs: 30 * 60_000 });
const RECORDS = Array.from({ length: 6 }, (_, i): FoldRecord<BehaviourEvent> => {
  return { sequence: String(i + 1), arrivedAtMs: ARRIVED_MS + i, event: pageViewed(i, KEY) };
});

const folded = (records: readonly FoldRecord<BehaviourEvent>[]): FoldItem<SessionProfile> =>
  itemOf(fold(processor, { key: KEY, stored: undefined, records }).steps.at(-1)?.write);

function itemOf(write: FoldWrite<SessionProfile> | undefined): FoldItem<SessionProfile> {
  if (!write) throw new Error('Cannot fold: there must be a record');
  return { ...write.item, outbox: [] };
}

/** What is stored, and whether its seal is broken. */
let stored: FoldItem<SessionProfile> | undefined;
let isDamaged = false;
let writes: FoldWrite<SessionProfile>[] = [];
let onWrite = () => {};

const dependencies: VerifyDependencies<SessionProfile, BehaviourEvent> = {
  definition: sessionProfile,
  processor,
  limits: defaultFoldLimits,
  store: {
    async read() {
      if (isDamaged) throw new TerminalError(`Cannot read item '${KEY}': it was changed`);
      return new Map(stored ? [[KEY, stored]] : []);
    },
    async write(write) {
      onWrite();
      writes.push(write);
    },
  },
  readRaw: async () => stored && toAttributes(stored, { keyAttribute: 'visitorId' }),
};

interface Asked extends Partial<Omit<VerifyRequest['verify'], 'keys'>> {
  readonly records?: readonly FoldRecord[];
  readonly laneThrough?: string;
}

async function verify({ records = RECORDS, laneThrough, ...how }: Asked = {}): Promise<VerifiedKey> {
  const texts = records.map(({ event, ...record }) => ({ ...record, text: JSON.stringify(event) }));
  const keys = [{ key: KEY, records: texts, ...(laneThrough !== undefined && { laneThrough }) }];
  const request = { keys, complete: true, settledAtMs: ARRIVED_MS + 100, ...how };
  const [verified] = (await verifyState({ verify: request }, dependencies)).verified;
  if (!verified) throw new Error('Cannot verify: a key must be answered');
  return verified;
}

beforeEach(() => {
  stored = folded(RECORDS);
  isDamaged = false;
  writes = [];
  onWrite = () => {};
});

describe('verifyState', () => {
  it('finds no difference in what was folded, and nothing to repair', async () => {
    expect(await verify({ repair: true })).toMatchObject({ status: 'same', repaired: false });
    expect(writes).toEqual([]);
  });

  it('does not count records above the fence, which are on their way', async () => {
    stored = folded(RECORDS.slice(0, 4));
    expect((await verify()).status).toBe('same');
  });

  it('asks for newer records when the item is ahead, and names the difference when there are none', async () => {
    const records = RECORDS.slice(0, 4);
    expect((await verify({ records })).status).toBe('ahead');
    const last = await verify({ records, lastTry: true, repair: true });
    expect(last).toMatchObject({ status: 'different', repairable: false });
    expect(last.differences).toContainEqual({ path: 'lastSequence', stored: '6', rebuilt: '4' });
    expect(writes).toEqual([]);
  });

  it('says how many events are no longer in a stream that has lost some, and calls the same a difference in one that has not', async () => {
    const records = RECORDS.slice(2);
    expect(await verify({ records, complete: false })).toMatchObject({ status: 'older', events: 2 });
    expect(await verify({ records, complete: true, repair: true })).toMatchObject({
      status: 'different',
      repairable: false,
    });
    expect(writes).toEqual([]);
  });

  it('names an item that is not there once its events are old enough, and never makes one', async () => {
    stored = undefined;
    expect((await verify({ settledAtMs: ARRIVED_MS - 1 })).status).toBe('waiting');
    const missing = await verify({ repair: true });
    expect(missing).toMatchObject({ status: 'different', differences: [{ path: 'counts.applied', rebuilt: 6 }] });
    expect(writes).toEqual([]);
  });

  it('repairs an intact item over its own revision, with its memory and without facts', async () => {
    const right = folded(RECORDS);
    stored = { ...right, state: { ...right.state, pages: 99 } };
    expect(await verify()).toMatchObject({
      status: 'different',
      differences: [{ path: 'state.pages', stored: 99, rebuilt: 6 }],
      repairable: true,
      repaired: false,
    });
    expect((await verify({ repair: true })).repaired).toBe(true);
    const { revision, lastSequence } = right;
    expect(writes).toEqual([
      { item: { ...right, revision: revision + 1 }, expected: { revision, lastSequence }, lane: [] },
    ]);
  });

  it('leaves an item alone that changed between reading and writing', async () => {
    stored = { ...folded(RECORDS), state: emptyProfile(KEY) };
    onWrite = () => {
      throw new ConflictError('Cannot write');
    };
    expect(await verify({ repair: true })).toMatchObject({ status: 'different', repaired: false });
  });

  it('knows what a sweeper changes, and keeps it in a repair', async () => {
    const right = folded(RECORDS);
    stored = { ...right, state: { ...right.state, abandonedCarts: 1 } };
    expect((await verify()).status).toBe('swept');
    stored = { ...stored, state: { ...stored.state, pages: 99 } };
    await verify({ repair: true });
    expect(writes[0]?.item.state).toEqual({ ...right.state, abandonedCarts: 1 });
  });

  it('makes a damaged item anew from the records, memory and all', async () => {
    const right = folded(RECORDS);
    stored = { ...right, state: { ...right.state, pages: 99 }, recentIds: { ...right.recentIds, imprints: '' } };
    isDamaged = true;
    expect(await verify({ repair: true })).toMatchObject({
      repaired: true,
      damage: expect.stringContaining('changed'),
    });
    expect(writes[0]).toMatchObject({ item: { ...right, revision: right.revision + 1 }, pages: [] });
  });

  it('parks a damaged key again when records of it went to its lane', async () => {
    isDamaged = true;
    stored = { ...folded(RECORDS.slice(0, 4)), state: emptyProfile(KEY) };
    await verify({ repair: true, laneThrough: '5' });
    const item = folded(RECORDS.slice(0, 4));
    const parking = parkKey(processor, { key: KEY, stored: item, records: RECORDS.slice(4, 5), reason: 'x' });
    const { state, lastSequence } = item;
    const { since, through, imprints } = parking.steps[0]?.write.item.parked ?? {};
    expect(writes[0]?.item).toMatchObject({ state, lastSequence, parked: { since, through, imprints } });
  });

  it.each([
    ['its fence is not in the stream', { lastSequence: '5000' }],
    ['its counts say more than the stream holds', { counts: { applied: 9, duplicate: 0, parked: 0, quarantined: 0 } }],
  ])('does not repair a damaged item when %s', async (_, change) => {
    isDamaged = true;
    stored = { ...folded(RECORDS), ...change };
    expect(await verify({ repair: true })).toMatchObject({ status: 'different', repairable: false, repaired: false });
    expect(writes).toEqual([]);
  });

  it('refuses a definition with a key of its own', async () => {
    const definition = { ...sessionProfile, key: () => 'one' };
    const asked = verifyState(
      { verify: { keys: [], complete: true, settledAtMs: 0 } },
      { ...dependencies, definition },
    );
    await expect(asked).rejects.toThrow("Cannot verify the state of 'session-profile': its key must be the subject");
  });
});

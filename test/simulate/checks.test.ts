/** The checks name what is wrong: each is shown one run that went well, and that run with one thing changed. */
import { beforeAll, expect, test, vi } from 'vitest';
import type { Findings } from '../../simulate/checks/findings.ts';
import { type Violation, violationsOf } from '../../simulate/checks/violations.ts';
import type { Item } from '../../simulate/evidence/read-evidence.ts';
import { findingsOfSeed } from './findings-of-seed.ts';

vi.setConfig({ hookTimeout: 120_000 });

let good: Findings;

beforeAll(async () => {
  good = await findingsOfSeed(1);
});

/** What is found when a part of the evidence is another. */
function found(change: Partial<Findings['evidence']>): readonly Violation[] {
  return violationsOf({ ...good, evidence: { ...good.evidence, ...change } });
}

function changed(items: readonly Item[], position: number, change: object): Item[] {
  return items.map((item, index) => (index === position ? { ...item, ...change } : item));
}

test('a run that went well has no violations', () => {
  expect(violationsOf(good)).toEqual([]);
});

test('an event that is counted once more is named by its key, with both numbers', () => {
  const [profile] = good.evidence.profiles;
  const counts = profile?.counts as Record<string, number>;
  const violations = found({ profiles: changed(good.evidence.profiles, 0, { counts: { ...counts, applied: 99 } }) });
  expect(violations).toMatchObject([
    { check: 'ledger', about: profile?.visitorId, expected: { applied: counts.applied }, actual: { applied: 99 } },
  ]);
});

test('a profile that is not what its events give is an effect lost or doubled', () => {
  const [profile] = good.evidence.profiles;
  const state = { ...(profile?.state as object), pages: 1_000 };
  expect(found({ profiles: changed(good.evidence.profiles, 0, { state }) })).toMatchObject([
    { check: 'effect', about: profile?.visitorId, what: 'profile', actual: { pages: 1_000 } },
  ]);
  expect(found({ profiles: good.evidence.profiles.slice(1) })).toContainEqual(
    expect.objectContaining({ check: 'effect', about: profile?.visitorId, actual: 'none' }),
  );
});

test('an accepted event that is not in the stream is named', () => {
  const [id = ''] = good.answers.events
    .filter(({ status }) => status === 'accepted')
    .map(({ sent }) => (sent.event as { id: string }).id);
  const records = good.evidence.records.filter(({ text }) => !text.includes(id));
  expect(found({ records })).toContainEqual({
    check: 'ledger',
    about: id,
    what: 'accepted event',
    expected: 'in the stream',
    actual: 'lost',
  });
});

test('facts that were published in another order than their events came in are out of order, not lost', () => {
  const subject = good.published.find(
    fact => good.published.filter(other => other.subject === fact.subject).length > 1,
  )?.subject;
  const own = good.published.filter(fact => fact.subject === subject);
  const published = [...good.published.filter(fact => fact.subject !== subject), ...own.toReversed()];
  expect(violationsOf({ ...good, published })).toMatchObject([{ check: 'order', about: subject }]);
});

test('a day with a sale too many, a shelf with one thing too few and a message that is left are found', () => {
  const [day] = good.evidence.dailySales;
  expect(found({ dailySales: changed(good.evidence.dailySales, 0, { lines: Number(day?.lines) + 1 }) })).toMatchObject([
    { check: 'effect', about: day?.day, what: 'daily sales' },
  ]);
  const shelf = good.evidence.inventory.findIndex(({ entry }) => entry === 'stock');
  expect(found({ inventory: changed(good.evidence.inventory, shelf, { available: 1 }) })).toMatchObject([
    { check: 'sagas', what: 'left on the shelf', actual: 1 },
  ]);
  const queues = good.evidence.queues.map(queue =>
    queue.name.endsWith('-sales-projection-dlq') ? { ...queue, messages: 1 } : queue,
  );
  expect(found({ queues })).toEqual([
    { check: 'queues', about: 'sales-projection-dlq', what: 'messages', expected: 0, actual: 1 },
  ]);
});

test('a trip that was paid and is cancelled, and one that has not ended, are found', () => {
  const trips = good.evidence.trips.map(({ confirmed, ...trip }) =>
    confirmed ? { ...trip, cancelled: confirmed } : trip,
  );
  expect(found({ trips }).map(({ what }) => what)).toEqual(expect.arrayContaining(['paid', 'held', 'events']));
  const open = good.evidence.trips.map(({ confirmed: _, cancelled: __, ...trip }) => trip);
  expect(found({ trips: open })[0]).toMatchObject({ check: 'sagas', what: 'outcome', actual: 'open' });
});

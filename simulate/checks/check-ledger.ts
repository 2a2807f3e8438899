/**
 * Every record of the stream has one fate: applied, known as a duplicate, parked, quarantined. The items' own counts,
 * the lanes and the quarantine are what is believed.
 */
import type { Item } from '../evidence/read-evidence.ts';
import type { Fate, KeyModel } from '../reference/stream-model.ts';
import type { Judged } from './findings.ts';
import { differing, type Violation } from './violation.ts';

export function checkLedger(judged: Judged): Violation[] {
  const { evidence, model } = judged;
  const items = new Map(evidence.profiles.map(item => [String(item.visitorId), item]));
  const ofKeys = [...model.keys].flatMap(([key, expected]) => {
    const lane = evidence.lanes.filter(row => String(row.lane) === `session-profile#${key}`);
    return checkKey(key, expected, { item: items.get(key), lane });
  });
  const unknown = [...items.keys()].filter(key => !model.keys.has(key));
  return [...ofKeys, ...checkQuarantine(judged), ...unknown.map(unexpectedItem)];
}

interface Found {
  readonly item: Item | undefined;
  readonly lane: readonly Item[];
}

function checkKey(about: string, { fates }: KeyModel, { item, lane }: Found): Violation[] {
  const counts = (item?.counts ?? {}) as Readonly<Record<string, number>>;
  const count = (fate: Fate) => fates.filter(each => each.fate === fate).length;
  const expected = {
    applied: count('applied'),
    duplicate: count('duplicate'),
    quarantined: count('conflicting'),
    parked: count('parked'),
  };
  const parked = fates.filter(({ fate }) => fate === 'parked').map(({ sequence, eventId }) => ({ sequence, eventId }));
  const inLane = lane.map(row => ({ sequence: String(row.sequence).replace(/^0+/, ''), eventId: eventIdOf(row) }));
  return [
    ...differing({
      check: 'ledger',
      about,
      what: 'records accounted for',
      expected: some(expected),
      actual: some(counts),
    }),
    ...differing({ check: 'order', about, what: 'lane', expected: parked, actual: inLane }),
  ];
}

/** Without those that nothing was counted of: they need not stand in the item. */
function some(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

/** The quarantine holds the records that cannot be read or are refused, and no others. */
function checkQuarantine({ evidence, model }: Judged): Violation[] {
  const found = new Set(evidence.quarantined.flatMap(({ sequence }) => sequence ?? []));
  const conflicting = [...model.keys.values()].flatMap(({ fates }) =>
    fates.filter(({ fate }) => fate === 'conflicting').map(({ sequence }) => sequence),
  );
  const expected = new Set([...model.unreadable.map(({ sequence }) => sequence), ...conflicting]);
  const text = (sequence: string) => evidence.records.find(record => record.sequence === sequence)?.text;
  const wrong = [...expected, ...found].filter(each => expected.has(each) !== found.has(each));
  return wrong.map(about => ({
    check: 'ledger',
    about,
    what: `record ${text(about)}`,
    expected: expected.has(about) ? 'quarantined' : 'not quarantined',
    actual: found.has(about) ? 'quarantined' : 'not quarantined',
  }));
}

function unexpectedItem(key: string): Violation {
  return {
    check: 'effect',
    about: key,
    what: 'profile',
    expected: 'none: no event of this key',
    actual: 'there is one',
  };
}

function eventIdOf(row: Item): string {
  return (JSON.parse(String(row.event)) as { id: string }).id;
}

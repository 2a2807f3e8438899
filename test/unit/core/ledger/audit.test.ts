import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  auditFacts,
  auditOverflow,
  auditRecords,
  type Difference,
  findDifferences,
  type LedgerBook,
  type LedgerFate,
  type LedgerOutcome,
  type LedgerTopology,
  ledgerBook,
  newUlid,
  openLedger,
  parseLedgerEntry,
  seededRandom,
} from '../../../../core/index.ts';
import { cellOf } from '../../../../core/ledger/cells.ts';

const AT_MS = Date.parse('2026-11-21T10:00:30Z');
const TYPE = 'behaviour.page.viewed.v1';
const FACT = 'behaviour.purchase.made.v1';
const random = seededRandom(3);
const ids = Array.from({ length: 64 }, (_, i) => newUlid(AT_MS + i, random));
const id = (index: number) => ids[index] ?? '';
/** Ids that share a cell. */
const ofOneCell = ids.filter(each => cellOf(each) === cellOf(id(0)));
const topology: LedgerTopology = {
  collector: 'collector',
  drainer: 'drainer',
  publisher: 'publisher',
  processors: [{ hop: 'fold', types: [TYPE] }],
  consumers: [{ hop: 'sales', types: ['behaviour.purchase.*'] }],
};

type Count = readonly [hop: string, outcome: LedgerOutcome, ids: readonly string[], shard?: string];

function book(counts: readonly Count[]): LedgerBook {
  const filled = ledgerBook();
  for (const [hop, outcome, some, shard] of counts) {
    const ledger = openLedger();
    const type = ['published', 'consumed'].includes(outcome) || hop === 'sales' ? FACT : TYPE;
    for (const each of some)
      ledger.count(outcome, { type, id: each, shard: shard ?? (type === FACT ? '-' : '0'), atMs: AT_MS });
    for (const text of ledger.entries()) {
      const entry = parseLedgerEntry(text);
      if (entry) filled.add(hop, entry);
    }
  }
  return filled;
}

const differences = (counts: readonly Count[]) => findDifferences(book(counts), topology, () => true);

function only(found: readonly Difference[]): Difference {
  const [difference] = found;
  if (!difference || found.length > 1) throw new Error(`Cannot audit: ${found.length} differences`);
  return difference;
}

const taken = (each: string, fate: LedgerFate = 'taken') => ({
  id: each,
  acceptance: `of ${each}`,
  key: 'k',
  sequence: '1',
  fate,
});

describe('findDifferences', () => {
  it('finds none where every accepted event is concluded once, whatever became of it', () => {
    const found = differences([
      ['collector', 'accepted', [id(0), id(1), id(1), id(2)]],
      ['collector', 'accepted', [id(3)], 'overflow'],
      ['drainer', 'drained', [id(3)]],
      ['fold', 'applied', [id(0), id(1), id(3)]],
      ['fold', 'duplicate', [id(1)]],
      ['fold', 'parked', [id(2)]],
    ]);
    expect(found).toEqual({ overflow: [], processors: [], consumers: [] });
  });

  it('finds one event lost and another doubled in the same minute, although the counts agree', () => {
    const { processors } = differences([
      ['collector', 'accepted', [id(0), id(1)]],
      ['fold', 'applied', [id(1), id(1)]],
    ]);
    expect(processors).toHaveLength(1);
  });

  it('looks only at the minutes that it is asked about', () => {
    const counts = book([['collector', 'accepted', [id(0)]]]);
    expect(findDifferences(counts, topology, () => false).processors).toEqual([]);
    expect(findDifferences(counts, topology, () => true).processors).toHaveLength(1);
  });

  it('takes no offence at facts that were published twice', () => {
    const again = [id(0), id(1)];
    expect(
      differences([
        ['publisher', 'published', again],
        ['sales', 'consumed', again],
        ['sales', 'duplicate', again],
      ]).consumers,
    ).toEqual([]);
    expect(
      differences([
        ['publisher', 'published', [...again, ...again]],
        ['sales', 'consumed', again],
        ['sales', 'duplicate', again],
      ]).consumers,
    ).toEqual([]);
  });
});

describe('auditRecords', () => {
  it('names an accepted event that the stream never held', () => {
    const difference = only(
      differences([
        ['collector', 'accepted', [id(0), id(1)]],
        ['fold', 'applied', [id(1)]],
      ]).processors,
    );
    const { findings } = auditRecords({ difference, records: [taken(id(1))], isSettled: true });
    expect(findings).toEqual([expect.objectContaining({ status: 'lost', explained: false, id: id(0), count: 1 })]);
  });

  it('names an event that the processor passed over, with its key and its sequence number', () => {
    const difference = only(
      differences([
        ['collector', 'accepted', [id(0), id(1)]],
        ['fold', 'applied', [id(1)]],
      ]).processors,
    );
    const records = [taken(id(1)), taken(id(0), 'missed')];
    const { findings } = auditRecords({ difference, records, isSettled: true });
    expect(findings).toEqual([
      expect.objectContaining({ status: 'lost', explained: false, id: id(0), key: 'k', sequence: '1' }),
    ]);
  });

  it('explains what was applied and not counted, and says how many', () => {
    const difference = only(
      differences([
        ['collector', 'accepted', [id(0), id(1), id(2), id(3), id(4)]],
        ['fold', 'applied', [id(1)]],
        ['fold', 'quarantined', [id(4)]],
      ]).processors,
    );
    const records = [
      taken(id(0)),
      taken(id(1)),
      taken(id(2), 'parked'),
      taken(id(3), 'quarantined'),
      taken(id(4), 'quarantined'),
    ];
    const { findings, uncounted } = auditRecords({ difference, records, isSettled: true });
    expect(findings.every(({ explained }) => explained)).toBe(true);
    expect(uncounted).toEqual({ accepted: 0, applied: 1, duplicate: 0, parked: 1, quarantined: 1 });
  });

  it('lets what is young wait, and nothing that should have come to rest', () => {
    const difference = only(differences([['collector', 'accepted', [id(0)]]]).processors);
    const records = [taken(id(0), 'waiting')];
    expect(auditRecords({ difference, records, isSettled: false }).findings[0]).toMatchObject({ explained: true });
    expect(auditRecords({ difference, records, isSettled: true }).findings[0]).toMatchObject({ explained: false });
  });

  it('names an event that took effect twice', () => {
    const difference = only(
      differences([
        ['collector', 'accepted', [id(0)]],
        ['fold', 'applied', [id(0), id(0)]],
      ]).processors,
    );
    const { findings } = auditRecords({ difference, records: [taken(id(0))], isSettled: true });
    expect(findings).toEqual([expect.objectContaining({ status: 'doubled', explained: false, id: id(0) })]);
  });

  it('never explains away what is lost: whatever else is uncounted, every lost event is counted', () => {
    fc.assert(
      fc.property(
        fc.subarray(ids, { minLength: 1 }),
        fc.infiniteStream(fc.constantFrom('ok', 'lost', 'missed', 'uncounted')),
        (some, fatesOf) => {
          const fates = some.map(each => [each, String(fatesOf.next().value)] as const);
          const ofFate = (...wanted: string[]) =>
            fates.filter(([, fate]) => wanted.includes(fate)).map(([each]) => each);
          const found = differences([
            ['collector', 'accepted', some],
            ['fold', 'applied', ofFate('ok')],
          ]).processors;
          const lost = ofFate('lost', 'missed');
          if (found.length === 0) {
            expect(ofFate('lost', 'missed', 'uncounted')).toEqual([]);
            return;
          }
          const records = [
            ...ofFate('ok', 'uncounted').map(each => taken(each)),
            ...ofFate('missed').map(each => taken(each, 'missed')),
          ];
          const { findings, uncounted } = auditRecords({ difference: only(found), records, isSettled: true });
          const unexplained = findings.filter(({ explained }) => !explained);
          expect(unexplained.reduce((sum, { count }) => sum + count, 0)).toBe(lost.length);
          for (const finding of unexplained) if (finding.id) expect(lost).toContain(finding.id);
          expect(uncounted.applied).toBe(ofFate('uncounted').length);
        },
      ),
    );
  });

  it('says what it can when the stream no longer holds the minute', () => {
    const difference = only(differences([['collector', 'accepted', [id(0)]]]).processors);
    const { findings } = auditRecords({ difference, records: undefined, isSettled: true });
    expect(findings).toEqual([expect.objectContaining({ status: 'lost', id: id(0), explained: false })]);
  });
});

describe('auditRecords of copies', () => {
  it('takes what became of one copy for what became of the acceptance, in whatever order they stand', () => {
    const found = differences([['collector', 'accepted', [id(0)]]]).processors;
    const records = [taken(id(0), 'quarantined'), { ...taken(id(0)), sequence: '2' }];
    for (const some of [records, records.toReversed()]) {
      const { findings, uncounted } = auditRecords({ difference: only(found), records: some, isSettled: true });
      expect(findings.filter(({ explained }) => !explained)).toEqual([]);
      expect(uncounted).toMatchObject({ quarantined: 1, applied: 0, duplicate: 0 });
    }
  });
});

describe('auditFacts', () => {
  const audit = (counts: readonly Count[]) => differences(counts).consumers.flatMap(each => auditFacts(each));

  it('names a fact that was published and never consumed', () => {
    const found = audit([
      ['publisher', 'published', ids],
      ['sales', 'consumed', ids.filter(each => each !== id(5))],
    ]);
    expect(found).toEqual([expect.objectContaining({ status: 'lost', id: id(5), explained: false, hop: 'sales' })]);
  });

  it('names it among facts of its cell that were published twice', () => {
    const [lost = '', again = '', ...others] = ofOneCell;
    expect(others.length).toBeGreaterThan(2);
    const found = audit([
      ['publisher', 'published', [...ofOneCell, again]],
      ['sales', 'consumed', [again, ...others]],
      ['sales', 'duplicate', [again]],
    ]);
    expect(found).toEqual([expect.objectContaining({ status: 'lost', id: lost, count: 1 })]);
  });

  it('takes a fact that only came again as consumed: a consumer that knows it has had it', () => {
    const found = audit([
      ['publisher', 'published', [id(0)]],
      ['sales', 'duplicate', [id(0), id(0), id(0)]],
    ]);
    expect(found).toEqual([expect.objectContaining({ status: 'uncounted', explained: true, id: id(0), hop: 'sales' })]);
  });

  it('counts what it cannot name', () => {
    const [first = '', second = '', ...others] = ofOneCell;
    const found = audit([
      ['publisher', 'published', ofOneCell],
      ['sales', 'consumed', others],
    ]);
    expect([first, second].every(Boolean)).toBe(true);
    expect(found).toEqual([expect.objectContaining({ status: 'lost', explained: false, count: 2 })]);
    expect(found[0]?.id).toBeUndefined();
  });

  it('names a fact that was consumed twice', () => {
    const found = audit([
      ['publisher', 'published', [id(0)]],
      ['sales', 'consumed', [id(0), id(0)]],
    ]);
    expect(found).toEqual([expect.objectContaining({ status: 'doubled', id: id(0), explained: false })]);
  });

  it('knows from the tables that the publisher published what it did not count', () => {
    const [difference] = differences([
      ['publisher', 'published', [id(0)]],
      ['sales', 'consumed', [id(0), id(1), id(9)]],
    ]).consumers;
    if (!difference) throw new Error('Cannot audit: no difference');
    const found = auditFacts(difference, [id(0), id(1), id(9)]);
    expect(found).toEqual([expect.objectContaining({ status: 'uncounted', explained: true, count: 2 })]);
    const doubled = auditFacts(difference, [id(0), id(1)]);
    expect(doubled).toEqual([expect.objectContaining({ status: 'doubled', explained: false, id: id(9) })]);
  });

  it('knows from the tables that a fact was written and is not published yet', () => {
    const lost = ids.find(each => cellOf(each) !== cellOf(id(0))) ?? '';
    const [difference] = differences([
      ['publisher', 'published', [lost]],
      ['sales', 'consumed', []],
    ]).consumers;
    if (!difference) throw new Error('Cannot audit: no difference');
    expect(auditFacts(difference, [id(0), lost])).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ status: 'lost', id: lost, explained: false }),
        expect.objectContaining({ status: 'waiting', id: id(0), explained: true }),
      ]),
    );
  });

  it('leaves alone what no publisher of ours put on the bus', () => {
    expect(audit([['sales', 'consumed', [id(0)]]])).toEqual([
      expect.objectContaining({ status: 'foreign', explained: true }),
    ]);
  });
});

it('auditOverflow names an event that went into the overflow queue and never came out', () => {
  const found = differences([
    ['collector', 'accepted', [id(0), id(1)], 'overflow'],
    ['drainer', 'drained', [id(1)]],
    ['fold', 'applied', [id(1)]],
  ]);
  expect(found.processors).toEqual([]);
  expect(found.overflow.flatMap(auditOverflow)).toEqual([
    expect.objectContaining({ status: 'lost', id: id(0), hop: 'drainer', explained: false }),
  ]);
});

/** Compares hop to hop: what went in against what came out, slot by slot. Says where they differ, not why. */
import { type Cells, cellsWithout, joinCells } from './cells.ts';
import { type LedgerOutcome, NO_SHARD, OVERFLOW_SHARD } from './ledger.ts';
import type { LedgerBook, Slot } from './ledger-book.ts';

/** The hops, and what each of them is for. */
export interface LedgerTopology {
  readonly collector: string;
  readonly drainer: string;
  readonly publisher: string;
  readonly processors: readonly { readonly hop: string; readonly types: readonly string[] }[];
  /** `types`: whole ones, or the beginning of some, ending with `*`. */
  readonly consumers: readonly { readonly hop: string; readonly types: readonly string[] }[];
}

/** A slot in which a hop counted something else than the hop before it. */
export interface Difference extends Slot {
  readonly hop: string;
  readonly expected: Cells;
  /** Facts that were written and never left, their schema refusing them. */
  readonly withheld?: Cells;
  /** What the hop made of them, by outcome. */
  readonly found: Readonly<Partial<Record<LedgerOutcome, Cells>>>;
}

export interface Differences {
  readonly overflow: readonly Difference[];
  readonly processors: readonly Difference[];
  readonly consumers: readonly Difference[];
}

/** What a processor does with an event that reaches it. */
const CONCLUDED = ['applied', 'duplicate', 'quarantined', 'parked'] as const;
/** What a consumer does with a fact that reaches it for the first time, and with one that comes again. */
const TAKEN = ['consumed', 'quarantined'] as const;

/** @param isInside whether a minute belongs to the time that is looked at */
export function findDifferences(
  book: LedgerBook,
  topology: LedgerTopology,
  isInside: (minute: number) => boolean,
): Differences {
  const inside = (slots: readonly Slot[]) => unique(slots.filter(({ minute }) => isInside(minute)));
  return {
    overflow: inside(overflowSlots(book, topology)).flatMap(slot => overflowDifference(book, topology, slot)),
    processors: topology.processors.flatMap(({ hop, types }) =>
      inside(recordSlots(book, topology, { hop, types })).flatMap(slot =>
        processorDifference(book, topology, { hop, slot }),
      ),
    ),
    consumers: topology.consumers.flatMap(consumer =>
      inside(factSlots(book, topology, consumer)).flatMap(slot =>
        consumerDifference(book, topology, { hop: consumer.hop, slot }),
      ),
    ),
  };
}

function overflowSlots(book: LedgerBook, { collector, drainer }: LedgerTopology): Slot[] {
  const accepted = book.slots({ hop: collector, outcome: 'accepted' }).filter(({ shard }) => shard === OVERFLOW_SHARD);
  const drained = book.slots({ hop: drainer, outcome: 'drained' });
  return [...accepted, ...drained].map(slot => ({ ...slot, shard: OVERFLOW_SHARD }));
}

function overflowDifference(book: LedgerBook, { collector, drainer }: LedgerTopology, slot: Slot): Difference[] {
  const { type, minute } = slot;
  const expected = book.cells(collector, 'accepted', slot);
  const drained = book.cells(drainer, 'drained', { type, minute });
  if (areAlike(expected, drained)) return [];
  return [{ ...slot, hop: drainer, expected, found: { drained } }];
}

function recordSlots(
  book: LedgerBook,
  { collector, drainer }: LedgerTopology,
  { hop, types }: LedgerTopology['processors'][number],
): Slot[] {
  return types.flatMap(type => [
    ...book.slots({ hop: collector, outcome: 'accepted', type }).filter(({ shard }) => shard !== OVERFLOW_SHARD),
    ...book.slots({ hop: drainer, outcome: 'drained', type }),
    ...CONCLUDED.flatMap(outcome => book.slots({ hop, outcome, type })),
  ]);
}

function processorDifference(
  book: LedgerBook,
  { collector, drainer }: LedgerTopology,
  { hop, slot }: { readonly hop: string; readonly slot: Slot },
): Difference[] {
  const expected = joinCells(book.cells(collector, 'accepted', slot), book.cells(drainer, 'drained', slot));
  const found = Object.fromEntries(CONCLUDED.map(outcome => [outcome, book.cells(hop, outcome, slot)]));
  if (areAlike(expected, joinCells(...Object.values(found)))) return [];
  return [{ ...slot, hop, expected, found }];
}

function factSlots(
  book: LedgerBook,
  { publisher }: LedgerTopology,
  { hop, types }: LedgerTopology['consumers'][number],
): Slot[] {
  const isFor = ({ type }: Slot) => types.some(each => isOfType(type, each));
  const slots = [
    ...book.slots({ hop: publisher, outcome: 'published' }),
    ...TAKEN.flatMap(outcome => book.slots({ hop, outcome })),
  ];
  return slots.filter(isFor).map(slot => ({ ...slot, shard: NO_SHARD }));
}

/**
 * Every fact that was published is consumed once; that one comes again is nothing to wonder at. A publisher that had to send a
 * batch again counts twice what it sent twice, and then the second times are duplicates.
 */
function consumerDifference(
  book: LedgerBook,
  { publisher }: LedgerTopology,
  { hop, slot }: { readonly hop: string; readonly slot: Slot },
): Difference[] {
  const expected = book.cells(publisher, 'published', slot);
  const [consumed, quarantined, duplicate] = (['consumed', 'quarantined', 'duplicate'] as const).map(outcome =>
    book.cells(hop, outcome, slot),
  ) as [Cells, Cells, Cells]; // one for each
  const taken = joinCells(consumed, quarantined);
  const open = [...cellsWithout(expected, taken)].filter(([number]) => {
    const cell = (cells: Cells): Cells => new Map([...cells].filter(([other]) => other === number));
    return !areAlike(cell(expected), joinCells(cell(taken), cell(duplicate)));
  });
  if (open.length === 0) return [];
  const withheld = book.cells(publisher, 'quarantined', slot);
  return [{ ...slot, hop, expected, withheld, found: { consumed, quarantined, duplicate } }];
}

function isOfType(type: string, wanted: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}

function areAlike(some: Cells, others: Cells): boolean {
  return cellsWithout(some, others).size === 0;
}

function unique(slots: readonly Slot[]): Slot[] {
  return [...new Map(slots.map(slot => [`${slot.type} ${slot.shard} ${slot.minute}`, slot])).values()];
}

/**
 * Why a processor counted something else than the collector, by the evidence: the records that are in the stream, and what
 * is known of each of them where effects are kept.
 */
import { type Cells, cellOf, cellsOf, cellsWithout, joinCells, onlyId, opposite, totalOf } from './cells.ts';
import type { Difference } from './differences.ts';
import type { Finding } from './finding.ts';

/** One acceptance of an event, as the stream holds it. */
export interface StreamRecord {
  readonly id: string;
  /** @default unknown: then every record of the id is the same one */
  readonly acceptance?: string;
  readonly key: string;
  readonly sequence: string;
}

/**
 * What became of a record. `taken`: its event is remembered, or so old that it may have been forgotten. `missed`: later ones of
 * its key were dealt with, and nobody knows it. `waiting`: nothing is known of it yet.
 */
export type RecordFate = 'taken' | 'parked' | 'quarantined' | 'waiting' | 'missed';

export interface RecordsAudit {
  readonly difference: Difference;
  /** Absent when the stream no longer holds that minute. */
  readonly records: readonly (StreamRecord & { readonly fate: RecordFate })[] | undefined;
  /** Whether what still waits should have been dealt with by now. */
  readonly isSettled: boolean;
}

/** What the counts of a slot lack: done, and not counted. */
export interface Uncounted {
  readonly accepted: number;
  readonly applied: number;
  readonly duplicate: number;
  readonly parked: number;
  readonly quarantined: number;
}

export const NONE_UNCOUNTED: Uncounted = { accepted: 0, applied: 0, duplicate: 0, parked: 0, quarantined: 0 };

export interface AuditedSlot {
  readonly findings: readonly Finding[];
  readonly uncounted: Uncounted;
}

export function auditRecords({ difference, records, isSettled }: RecordsAudit): AuditedSlot {
  const { hop, type, shard, minute, expected, found } = difference;
  const slot = { hop, type, shard, minute };
  const concluded = joinCells(...Object.values(found));
  if (!records) {
    const findings = [
      ...named(cellsWithout(expected, concluded), 1, {
        ...slot,
        status: 'lost',
        lastSeen: 'collector; the stream no longer holds it',
      }),
      ...named(cellsWithout(expected, concluded), -1, { ...slot, status: 'doubled', lastSeen: hop }),
    ];
    return { findings, uncounted: NONE_UNCOUNTED };
  }
  const unique = [...Map.groupBy(records, ({ id, acceptance }) => `${id} ${acceptance}`).values()].flatMap(tellingCopy);
  const inStream = cellsOf(unique.map(({ id }) => id));
  const onTheWay = cellsWithout(expected, inStream);
  const done = unique.filter(({ fate }) => fate !== 'waiting' && fate !== 'missed');
  const rest = cellsWithout(cellsOf(done.map(({ id }) => id)), concluded);
  const uncounted = uncountedOf({ onTheWay, rest, done, found });
  const findings: Finding[] = [
    ...named(onTheWay, 1, { ...slot, status: 'lost', lastSeen: 'collector: the stream never held it' }),
    ...named(rest, -1, { ...slot, status: 'doubled', lastSeen: hop }),
    ...unique.flatMap(({ fate, id, key, sequence }): Finding[] => {
      if (fate !== 'missed' && fate !== 'waiting') return [];
      const explained = fate === 'waiting' && !isSettled;
      const status = fate === 'waiting' ? fate : 'lost';
      return [{ ...slot, status, explained, count: 1, id, key, sequence, lastSeen: 'stream' }];
    }),
  ];
  const explained = uncounted.accepted > 0 ? [explain(slot, 'collector', uncounted.accepted)] : [];
  const count = uncounted.applied + uncounted.duplicate + uncounted.parked + uncounted.quarantined;
  if (count > 0) explained.push(explain(slot, hop, count));
  return { findings: [...findings, ...explained], uncounted };
}

/** What became of an acceptance is what became of one of its copies; the others are only known to be copies. */
const TELLING: readonly RecordFate[] = ['quarantined', 'parked', 'taken', 'missed', 'waiting'];

/** The copy that says most. */
function tellingCopy<Copy extends { readonly fate: RecordFate }>(copies: readonly Copy[]): readonly Copy[] {
  const fate = TELLING.find(each => copies.some(copy => copy.fate === each));
  return copies.filter(copy => copy.fate === fate).slice(0, 1);
}

function explain(slot: Pick<Finding, 'type' | 'shard' | 'minute'>, hop: string, count: number): Finding {
  return { ...slot, hop, status: 'uncounted', explained: true, count, lastSeen: hop };
}

function uncountedOf(slot: {
  readonly onTheWay: Cells;
  readonly rest: Cells;
  readonly done: readonly (StreamRecord & { readonly fate: RecordFate })[];
  readonly found: Difference['found'];
}): Uncounted {
  const { onTheWay, rest, done, found } = slot;
  const missing = [...rest.values()].reduce((sum, { count }) => sum + Math.max(0, count), 0);
  const accepted = [...onTheWay.values()].reduce((sum, { count }) => sum + Math.max(0, -count), 0);
  const counted = (outcome: keyof Difference['found']) => totalOf(found[outcome] ?? new Map());
  const uncountedAs = (fate: 'parked' | 'quarantined', most: number) =>
    Math.min(most, Math.max(0, done.filter(record => record.fate === fate).length - counted(fate)));
  const parked = uncountedAs('parked', missing);
  const quarantined = uncountedAs('quarantined', missing - parked);
  const ids = new Set(done.filter(({ fate }) => fate === 'taken').map(({ id }) => id)).size;
  const applied = Math.min(missing - parked - quarantined, Math.max(0, ids - counted('applied')));
  return { accepted, applied, duplicate: missing - parked - quarantined - applied, parked, quarantined };
}

type Unnamed = Omit<Finding, 'count' | 'explained'>;

/**
 * The events of cells, each by its id where a cell holds one alone. A cell whose count is even and whose sum is not hides at
 * least one.
 * @param sign 1 for what is left, -1 for what is missing
 */
export function named(cells: Cells, sign: 1 | -1, about: Unnamed): Finding[] {
  return [...cells].flatMap(([number, cell]): Finding[] => {
    const seen = sign === 1 ? cell : opposite(cell);
    if (seen.count < 0 || (seen.count === 0 && sign === -1)) return [];
    const id = onlyId(seen);
    const isNamed = id !== undefined && cellOf(id) === number;
    return [{ ...about, explained: false, count: Math.max(1, seen.count), ...(isNamed ? { id } : {}) }];
  });
}

/**
 * The ledger: what a hop did with events, by stream, shard and minute. Each hop writes its entries once per batch, in the line
 * that carries its metrics.
 *
 * 1. The minute of an event is the same at every hop: the one in which the collector took it in, or in which the fact was
 *    written. So is its stream, the event's type; what has no type stands under `?`.
 * 2. An entry is text: `<type> <shard> <minute> <outcome> <cell>:<count>:<sum> …`, with minutes since the epoch. It grows
 *    with the kinds of events in a batch, not with their number.
 * 3. Entries add up in any order. What is taken back has a negative count.
 */
import { type Cell, type Cells, countId } from './cells.ts';
import { isNothing, parseSum, sumText } from './id-sum.ts';

/**
 * `accepted`: by the collector, into the shard, or into the overflow queue (shard `overflow`), from where it is `drained`.
 * `parked` is taken back when the record leaves its lane.
 */
export const LEDGER_OUTCOMES = [
  'accepted',
  'drained',
  'applied',
  'duplicate',
  'refused',
  'quarantined',
  'parked',
  'published',
  'consumed',
] as const;

export type LedgerOutcome = (typeof LEDGER_OUTCOMES)[number];

/** An event on its way, as a hop knows it. */
export interface LedgerEvent {
  /** @default unknown: the event could not be read */
  readonly type?: string;
  readonly id?: string;
  /** The shard of its record; of facts, which have none, `-`. */
  readonly shard: string;
  /** Invariant 1, epoch ms. */
  readonly atMs: number;
}

/** The entries of one batch. */
export interface Ledger {
  /** @param times -1 takes the event back @default 1 */
  count(outcome: LedgerOutcome, event: LedgerEvent, times?: number): void;
  entries(): string[];
}

export interface LedgerEntry {
  readonly type: string;
  readonly shard: string;
  /** Since the epoch. */
  readonly minute: number;
  readonly outcome: LedgerOutcome;
  readonly cells: Cells;
}

export const NO_SHARD = '-';
export const OVERFLOW_SHARD = 'overflow';
const NO_TYPE = '?';
const MINUTE_MS = 60_000;

/** The minute of a moment. */
export function ledgerMinute(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS);
}

/** `shardId-000000000003` → `3`, as entries have it. */
export function shardName(shardId: string): string {
  const [, digits] = /^shardId-0*(\d+)$/.exec(shardId) ?? [];
  return digits ?? NO_SHARD;
}

/** An empty ledger, for one batch. */
export function openLedger(): Ledger {
  const rows = new Map<string, Map<number, Cell>>();
  return {
    count(outcome, { type = NO_TYPE, id, shard, atMs }, times = 1) {
      const row = `${type} ${shard} ${ledgerMinute(atMs)} ${outcome}`;
      const cells = rows.get(row) ?? new Map<number, Cell>();
      rows.set(row, cells);
      countId(cells, id, times);
    },
    entries: () => [...rows].map(([row, cells]) => `${row} ${cellsText(cells)}`),
  };
}

function cellsText(cells: Cells): string {
  return [...cells]
    .map(([number, { count, sum }]) => `${number}:${count}:${isNothing(sum) ? '' : sumText(sum).replace(/^0+/, '')}`)
    .join(' ');
}

/** Reads an entry; `undefined` when it is none. */
export function parseLedgerEntry(text: string): LedgerEntry | undefined {
  const [type, shard, minute, outcome, ...cellTexts] = text.split(' ');
  const known = LEDGER_OUTCOMES.find(each => each === outcome);
  if (!type || !shard || !minute || !/^\d+$/.test(minute) || !known) return undefined;
  const cells = new Map<number, Cell>();
  for (const cellText of cellTexts) {
    const [, number, count, sumDigits = ''] = /^([0-7]):(-?\d+):(\w*)$/.exec(cellText) ?? [];
    const sum = parseSum(sumDigits);
    if (number === undefined || count === undefined || !sum) return undefined;
    cells.set(Number(number), { count: Number(count), sum });
  }
  return { type, shard, minute: Number(minute), outcome: known, cells };
}

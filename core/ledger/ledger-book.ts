import { addCells, type Cell, type Cells, totalOf } from './cells.ts';
import type { LedgerEntry, LedgerOutcome } from './ledger.ts';

/** Events of one type, shard and minute. */
export interface Slot {
  readonly type: string;
  readonly shard: string;
  /** Since the epoch. */
  readonly minute: number;
}

/** The entries of all hops, added up. */
export interface LedgerBook {
  add(hop: string, entry: LedgerEntry): void;
  hops(): string[];
  /** The slots for which a hop counted something that `wanted` asks for, in the order of time. */
  slots(wanted: { readonly hop: string; readonly outcome: LedgerOutcome; readonly type?: string }): Slot[];
  /** What hops of that name counted in a slot; of any shard when the slot names none. */
  cells(hop: string, outcome: LedgerOutcome, slot: Omit<Slot, 'shard'> & { readonly shard?: string }): Cells;
  /** Counts of a hop over all slots, by outcome. */
  totals(hop: string): Partial<Record<LedgerOutcome, number>>;
}

interface Row extends Slot {
  readonly hop: string;
  readonly outcome: LedgerOutcome;
  readonly cells: Map<number, Cell>;
}

export function ledgerBook(): LedgerBook {
  const rows = new Map<string, Row>();
  const places = new Map<string, Row[]>();
  return {
    add(hop, { type, shard, minute, outcome, cells }) {
      const name = `${hop} ${outcome} ${type} ${shard} ${minute}`;
      const row = rows.get(name) ?? { hop, outcome, type, shard, minute, cells: new Map<number, Cell>() };
      if (!rows.has(name)) {
        rows.set(name, row);
        const place = placeOf(hop, outcome, { type, minute });
        places.set(place, [...(places.get(place) ?? []), row]);
      }
      addCells(row.cells, cells);
    },
    hops: () => [...new Set([...rows.values()].map(({ hop }) => hop))].sort(),
    slots({ hop, outcome, type }) {
      const found = [...rows.values()].filter(
        row => row.hop === hop && row.outcome === outcome && (type === undefined || row.type === type),
      );
      return found.map(({ type, shard, minute }) => ({ type, shard, minute })).sort((a, b) => a.minute - b.minute);
    },
    cells(hop, outcome, slot) {
      const joined = new Map<number, Cell>();
      for (const row of places.get(placeOf(hop, outcome, slot)) ?? []) {
        if (slot.shard === undefined || slot.shard === row.shard) addCells(joined, row.cells);
      }
      return joined;
    },
    totals(hop) {
      const totals: Partial<Record<LedgerOutcome, number>> = {};
      for (const row of rows.values()) {
        if (row.hop === hop) totals[row.outcome] = (totals[row.outcome] ?? 0) + totalOf(row.cells);
      }
      return totals;
    },
  };
}

function placeOf(hop: string, outcome: string, { type, minute }: Omit<Slot, 'shard'>): string {
  return `${hop} ${outcome} ${type} ${minute}`;
}

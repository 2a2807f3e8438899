/**
 * Counted events: how many, and the sum of their ids, in eight cells by the last bits of the id, so that several events that
 * one hop saw and another did not are each named as long as they fall into different cells.
 */
import { addDigits, addId, type IdDigits, isNothing, noIds, singleId } from './id-sum.ts';

export interface Cell {
  count: number;
  readonly sum: IdDigits;
}

/** By number, 0 to 7; a cell that nothing was counted in is absent. */
export type Cells = ReadonlyMap<number, Cell>;

const CELLS = 8;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const HEXADECIMAL_UUID_CHARS = 36;

/** The cell of an id; 0 for what has none. */
export function cellOf(id: string): number {
  const last = id.at(-1)?.toUpperCase() ?? '0';
  const value = id.length === HEXADECIMAL_UUID_CHARS ? Number.parseInt(last, 16) : CROCKFORD.indexOf(last);
  return Math.max(0, value) % CELLS;
}

/** Counts an event `times` times; without an id it is only counted. */
export function countId(cells: Map<number, Cell>, id: string | undefined, times = 1): void {
  const cell = cellAt(cells, id === undefined ? 0 : cellOf(id));
  cell.count += times;
  if (id !== undefined) addId(cell.sum, id, times);
}

/** The cells of some ids. */
export function cellsOf(ids: Iterable<string>): Cells {
  const cells = new Map<number, Cell>();
  for (const id of ids) countId(cells, id);
  return cells;
}

export function addCells(cells: Map<number, Cell>, others: Cells, times = 1): void {
  for (const [number, { count, sum }] of others) {
    const cell = cellAt(cells, number);
    cell.count += times * count;
    addDigits(cell.sum, sum, times);
  }
}

/** Some cells together. */
export function joinCells(...all: readonly Cells[]): Cells {
  const joined = new Map<number, Cell>();
  for (const cells of all) addCells(joined, cells);
  return joined;
}

/** What `some` has more than `others`, cell by cell; cells in which they are alike are left out. */
export function cellsWithout(some: Cells, others: Cells): Cells {
  const rest = new Map<number, Cell>();
  addCells(rest, some);
  addCells(rest, others, -1);
  for (const [number, { count, sum }] of rest) if (count === 0 && isNothing(sum)) rest.delete(number);
  return rest;
}

export function totalOf(cells: Cells): number {
  return [...cells.values()].reduce((total, { count }) => total + count, 0);
}

/** The event that a cell holds when it holds one. */
export function onlyId({ count, sum }: Cell): string | undefined {
  return count === 1 ? singleId(sum) : undefined;
}

/** A cell the other way round: what is missing instead of what is left. */
export function opposite({ count, sum }: Cell): Cell {
  return { count: -count, sum: sum.map(digit => -digit) };
}

function cellAt(cells: Map<number, Cell>, number: number): Cell {
  const cell = cells.get(number) ?? { count: 0, sum: noIds() };
  cells.set(number, cell);
  return cell;
}

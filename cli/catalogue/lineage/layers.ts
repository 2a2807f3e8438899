/**
 * Puts the boxes of a graph without circles into columns, and in an order within each column in which as few arrows cross
 * as can be found. Arrows over several columns get a stand-in in each column between, so that no box lies on their way.
 */
import type { FlowStep } from '../flow/event-way.ts';

/** Columns from left to right, each from top to bottom; ids that `isStandIn` knows are bends of arrows. */
export interface Columns {
  readonly columns: readonly (readonly string[])[];
  /** Arrows between neighbouring columns. */
  readonly edges: readonly FlowStep[];
}

/** Columns, and what each arrow passes, its ends included; in the order of the arrows. */
export interface Layers extends Columns {
  readonly ways: readonly (readonly string[])[];
}

const STAND_IN = 'bend:';
const SWEEPS = 24;

export function isStandIn(id: string): boolean {
  return id.startsWith(STAND_IN);
}

export function layered(nodes: readonly string[], edges: readonly FlowStep[]): Layers {
  const depth = depths(nodes, edges);
  const columns: string[][] = Array.from({ length: Math.max(-1, ...depth.values()) + 1 }, () => []);
  for (const id of nodes) columns[depth.get(id) ?? 0]?.push(id);
  const ways = edges.map(({ from, to }) => {
    const way = [from];
    for (let column = (depth.get(from) ?? 0) + 1; column < (depth.get(to) ?? 0); column++) {
      const bend = `${STAND_IN}${column}:${from}>${to}`;
      columns[column]?.push(bend);
      way.push(bend);
    }
    return [...way, to];
  });
  const short = ways.flatMap(way => way.slice(1).map((to, index) => ({ from: way[index] ?? to, to })));
  return { columns: fewestCrossings(columns, short), edges: short, ways };
}

/** How many pairs of arrows cross. */
export function crossings({ columns, edges }: Columns): number {
  const place = new Map(columns.flatMap(column => column.map((id, index) => [id, index] as const)));
  const columnOf = new Map(columns.flatMap((column, index) => column.map(id => [id, index] as const)));
  let count = 0;
  edges.forEach((a, index) => {
    for (const b of edges.slice(index + 1)) {
      if (columnOf.get(a.from) !== columnOf.get(b.from)) continue;
      const starts = (place.get(a.from) ?? 0) - (place.get(b.from) ?? 0);
      const ends = (place.get(a.to) ?? 0) - (place.get(b.to) ?? 0);
      if (starts * ends < 0) count++;
    }
  });
  return count;
}

/** The longest way from the left; what nothing leads to stands right before what it leads to. */
function depths(nodes: readonly string[], edges: readonly FlowStep[]): ReadonlyMap<string, number> {
  const known = new Map<string, number>();
  const depth = (id: string): number => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const before = edges.filter(({ to }) => to === id).map(({ from }) => depth(from) + 1);
    const value = Math.max(0, ...before);
    known.set(id, value);
    return value;
  };
  for (const id of nodes) depth(id);
  for (const id of nodes) {
    if (edges.some(({ to }) => to === id)) continue;
    const after = edges.filter(({ from }) => from === id).map(({ to }) => known.get(to) ?? 1);
    if (after.length > 0) known.set(id, Math.max(0, Math.min(...after) - 1));
  }
  return known;
}

/** Sweeps to and fro, each box at the mean of its neighbours, and keeps the best order it has seen. */
function fewestCrossings(columns: readonly (readonly string[])[], edges: readonly FlowStep[]): string[][] {
  let current = columns.map(column => [...column]);
  let best = current;
  let least = crossings({ columns: current, edges });
  for (let sweep = 0; sweep < SWEEPS && least > 0; sweep++) {
    const isForward = sweep % 2 === 0;
    const next = current.map(column => [...column]);
    const order = next.map((_, index) => index);
    if (!isForward) order.reverse();
    for (const index of order) {
      const place = new Map(next.flatMap(column => column.map((id, row) => [id, row] as const)));
      const mean = (id: string, row: number): number => {
        const near = edges.flatMap(({ from, to }) => (isForward ? (to === id ? [from] : []) : from === id ? [to] : []));
        if (near.length === 0) return row;
        return near.reduce((sum, other) => sum + (place.get(other) ?? 0), 0) / near.length;
      };
      const weights = new Map((next[index] ?? []).map((id, row) => [id, mean(id, row)]));
      next[index]?.sort((a, b) => (weights.get(a) ?? 0) - (weights.get(b) ?? 0));
    }
    current = next;
    const found = crossings({ columns: current, edges });
    if (found < least) [least, best] = [found, current];
  }
  return best;
}

import type { FlowStep } from '../flow/event-way.ts';
import type { Columns } from './layers.ts';

export interface VerticalOptions {
  readonly heightOf: (id: string) => number;
  /** At least this much between two of a column. */
  readonly gap: number;
}

const ROUNDS = 40;

/** Where the middle of everything stands: the uppermost begins at 0. */
export function verticalMiddles({ columns, edges }: Columns, options: VerticalOptions): ReadonlyMap<string, number> {
  const middles = new Map<string, number>();
  for (const column of columns) stack(column, () => 0, { ...options, middles });
  const near = neighbours(edges);
  const wanted = (id: string) => {
    const others = near.get(id) ?? [];
    if (others.length === 0) return middles.get(id) ?? 0;
    return others.reduce((sum, other) => sum + (middles.get(other) ?? 0), 0) / others.length;
  };
  for (let round = 0; round < ROUNDS; round++) {
    const order = round % 2 === 0 ? columns : columns.toReversed();
    for (const column of order) stack(column, wanted, { ...options, middles });
  }
  const top = Math.min(...[...middles].map(([id, middle]) => middle - options.heightOf(id) / 2));
  return new Map([...middles].map(([id, middle]) => [id, Math.round(middle - top)]));
}

function neighbours(edges: readonly FlowStep[]): ReadonlyMap<string, readonly string[]> {
  const near = new Map<string, string[]>();
  for (const { from, to } of edges) {
    near.set(from, [...(near.get(from) ?? []), to]);
    near.set(to, [...(near.get(to) ?? []), from]);
  }
  return near;
}

/** Boxes of a column that stand as close as they may. */
interface Block {
  readonly ids: readonly string[];
  /** Where the middle of the first box stands. */
  readonly start: number;
  /** Sum of where the first box would have to stand for each box to be where it wants. */
  readonly sum: number;
  /** From the middle of the first box to that of the last. */
  readonly length: number;
}

interface Stacking extends VerticalOptions {
  readonly middles: Map<string, number>;
}

/**
 * Places a column: each box as near to where it wants to be as the others let it. Boxes that would overlap form a block
 * that stands at the mean of what its boxes want.
 */
function stack(column: readonly string[], wanted: (id: string) => number, { heightOf, gap, middles }: Stacking): void {
  const blocks: Block[] = [];
  const step = (above: string, below: string) => (heightOf(above) + heightOf(below)) / 2 + gap;
  for (const id of column) {
    let block: Block = { ids: [id], start: wanted(id), sum: wanted(id), length: 0 };
    for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
      const offset = last.length + step(last.ids.at(-1) ?? id, block.ids[0] ?? id);
      if (last.start + offset <= block.start) break;
      blocks.pop();
      const sum = last.sum + block.sum - offset * block.ids.length;
      const ids = [...last.ids, ...block.ids];
      block = { ids, sum, start: sum / ids.length, length: offset + block.length };
    }
    blocks.push(block);
  }
  for (const { ids, start } of blocks) {
    let middle = start;
    ids.forEach((id, index) => {
      const above = ids[index - 1];
      if (above !== undefined) middle += step(above, id);
      middles.set(id, middle);
    });
  }
}

import { isStandIn, layered } from './layers.ts';
import type { Lineage, LineageNode } from './lineage.ts';
import { verticalMiddles } from './vertical-places.ts';

/** A box with its place, in pixels from the upper left corner. */
export interface Box {
  readonly node: LineageNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Point = readonly [x: number, y: number];

/** An arrow: the points that it passes, from the right edge of a box to the left edge of another. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly points: readonly Point[];
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

const BOX_HEIGHT = 42;
const ROW_GAP = 14;
const COLUMN_GAP = 25;
const MARGIN = 6;
const BEND_HEIGHT = 8;
/** The name is set in 12 px of a monospaced font, the detail in 11 px of whatever font there is: wide enough for most. */
const NAME_CHAR = 7.25;
const DETAIL_CHAR = 6.6;
const PADDING = 10;

/** Gives everything its place: left to right, straight where it can be. */
export function draw({ nodes, edges }: Lineage): Drawing {
  const layers = layered(
    nodes.map(({ id }) => id),
    edges,
  );
  const places = horizontalPlaces(layers.columns, nodes);
  const heightOf = (id: string) => (isStandIn(id) ? BEND_HEIGHT : BOX_HEIGHT);
  const middles = verticalMiddles(layers, { heightOf, gap: ROW_GAP });
  const middleOf = (id: string) => (middles.get(id) ?? 0) + MARGIN;
  const boxes = nodes.map((node): Box => {
    const { x, width } = places.get(node.id) ?? NOWHERE;
    return { node, x, y: middleOf(node.id) - BOX_HEIGHT / 2, width, height: BOX_HEIGHT };
  });
  const arrows = edges.map(({ from, to }, index): Arrow => {
    const points = (layers.ways[index] ?? []).flatMap((id): readonly Point[] => {
      const { x, width } = places.get(id) ?? NOWHERE;
      return [
        [x, middleOf(id)],
        [x + width, middleOf(id)],
      ];
    });
    return { from, to, points: points.slice(1, -1) }; // from the right edge of the first to the left edge of the last
  });
  return {
    width: MARGIN + Math.max(0, ...boxes.map(({ x, width }) => x + width)),
    height: MARGIN + Math.max(0, ...boxes.map(({ y, height }) => y + height)),
    boxes,
    arrows,
  };
}

interface HorizontalPlace {
  readonly x: number;
  readonly width: number;
}

const NOWHERE: HorizontalPlace = { x: 0, width: 0 };

/** Columns as wide as their widest box, side by side. */
function horizontalPlaces(
  columns: readonly (readonly string[])[],
  nodes: readonly LineageNode[],
): ReadonlyMap<string, HorizontalPlace> {
  const widths = new Map(nodes.map(node => [node.id, boxWidth(node)]));
  const places = new Map<string, HorizontalPlace>();
  let x = MARGIN;
  for (const column of columns) {
    const width = Math.max(0, ...column.map(id => widths.get(id) ?? 0));
    for (const id of column) places.set(id, { x, width });
    x += width + COLUMN_GAP;
  }
  return places;
}

function boxWidth({ name, detail }: LineageNode): number {
  return Math.ceil(Math.max(name.length * NAME_CHAR, detail.length * DETAIL_CHAR) + 2 * PADDING);
}

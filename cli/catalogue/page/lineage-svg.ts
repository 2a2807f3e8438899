import { type Arrow, type Box, draw } from '../lineage/drawing.ts';
import type { Lineage, LineageNode } from '../lineage/lineage.ts';
import { html, type Markup } from './markup.ts';

export interface LineageSvgOptions {
  /** What the drawing shows, for those who cannot see it. */
  readonly label: string;
  /** The address that a box leads to. */
  readonly addressOf: (node: LineageNode) => string | undefined;
}

const STRIPE_WIDTH = 4;
const HEAD = 6;

/** Draws a lineage from left to right, a little smaller where there is little room: what is too wide then scrolls. */
export function lineageSvg(lineage: Lineage, { label, addressOf }: LineageSvgOptions): Markup {
  const { width, height, boxes, arrows } = draw(lineage);
  return html`<div class="lineage" tabindex="0" role="group" aria-label="${label}"><svg style="--width: ${width}px" viewBox="0 0 ${width} ${height}">
${arrows.map(arrowMarkup)}${boxes.map(box => boxMarkup(box, addressOf(box.node)))}</svg></div>`;
}

function boxMarkup({ node, x, y, width, height }: Box, address: string | undefined): Markup {
  const box = html`<g class="box kind-${node.kind}"><rect class="card" x="${x}" y="${y}" width="${width}" height="${height}" rx="7"/><rect class="stripe" x="${x}" y="${y + 7}" width="${STRIPE_WIDTH}" height="${height - 14}" rx="2"/><text class="name" x="${x + 11}" y="${y + 18}">${node.name}</text><text class="detail" x="${x + 11}" y="${y + 33}">${node.detail}</text></g>
`;
  return address === undefined ? box : html`<a href="${address}">${box}</a>`;
}

function arrowMarkup({ points }: Arrow): Markup {
  const last = points.at(-1) ?? [0, 0];
  const [tipX, tipY] = last;
  const line = points.slice(0, -1).concat([[tipX - HEAD + 1, tipY]]);
  const head = `M${tipX} ${tipY}l${-HEAD - 1} ${-HEAD / 2 - 0.5}v${HEAD + 1}z`;
  return html`<path class="arrow" d="${pathOf(line)}"/><path class="head" d="${head}"/>
`;
}

/** Curves between columns, straight lines past the boxes of a column. */
function pathOf(points: Arrow['points']): string {
  return points
    .map(([x, y], index) => {
      const before = points[index - 1];
      if (!before) return `M${x} ${y}`;
      if (before[1] === y) return `H${x}`;
      const middle = (before[0] + x) / 2;
      return `C${middle} ${before[1]} ${middle} ${y} ${x} ${y}`;
    })
    .join('');
}

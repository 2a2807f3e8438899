/** The latency/throughput curve as SVG: two charts over the same axis of what was offered. */
import type { LoadPoint } from './load-point.ts';

const WIDTH = 760;
const LEFT = 70;
const RIGHT = 24;
const CHART_HEIGHT = 210;
const TOPS = { throughput: 62, latency: 350 } as const;
const HEIGHT = TOPS.latency + CHART_HEIGHT + 76;
const INK = '#1f2933';
const GRID = '#d9dee3';
const TITLE = 'Whole path: from HTTP to the read model';
const STEPS = [1, 2, 2.5, 5];

interface Axis {
  readonly most: number;
  readonly at: (value: number) => number;
}

interface Line {
  readonly label: string;
  readonly colour: string;
  readonly dashed?: boolean;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** @param subtitle what was measured, where */
export function curveSvg(points: readonly LoadPoint[], subtitle: string): string {
  const x = axis(
    Math.max(...points.map(point => point.offeredPerSecond)),
    value => LEFT + value * (WIDTH - LEFT - RIGHT),
  );
  const line = (value: (point: LoadPoint) => number) =>
    points.map(point => [point.offeredPerSecond, value(point)] as const);
  const throughput: readonly Line[] = [
    { label: 'as offered', colour: '#9aa5b1', dashed: true, points: line(point => point.offeredPerSecond) },
    { label: 'accepted', colour: '#0b6e99', points: line(point => point.acceptedPerSecond) },
  ];
  const latency: readonly Line[] = [
    { label: 'p99', colour: '#b42318', points: line(point => point.p99Ms) },
    { label: 'p50', colour: '#12805c', points: line(point => point.p50Ms) },
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">`,
    `<title>${TITLE}: throughput and latency at rising load</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(LEFT, 22, TITLE, 'font-size="16" font-weight="600"'),
    text(LEFT, 40, subtitle, 'fill="#52606d"'),
    ...chart(throughput, { x, top: TOPS.throughput, title: 'accepted, events/s' }),
    ...chart(latency, { x, top: TOPS.latency, title: 'from acceptance to effect, ms' }),
    text(WIDTH / 2, HEIGHT - 12, 'offered, events/s', 'text-anchor="middle"'),
    '</svg>',
    '',
  ].join('\n');
}

function chart(lines: readonly Line[], { x, top, title }: { x: Axis; top: number; title: string }): string[] {
  const highest = Math.max(1, ...lines.flatMap(line => line.points.map(([, value]) => value)));
  const y = axis(highest, share => top + 20 + (1 - share) * CHART_HEIGHT);
  const parts = [text(LEFT, top + 8, title, 'font-weight="600"')];
  for (const value of ticks(y.most)) {
    parts.push(`<path d="M${LEFT} ${n(y.at(value))}H${WIDTH - RIGHT}" stroke="${GRID}"/>`);
    parts.push(text(LEFT - 8, y.at(value) + 4, shown(value), 'text-anchor="end"'));
  }
  for (const value of ticks(x.most))
    parts.push(text(x.at(value), top + CHART_HEIGHT + 38, shown(value), 'text-anchor="middle"'));
  for (const [index, line] of lines.entries())
    parts.push(...drawn(line, { x, y, legendX: WIDTH - RIGHT - 190 + index * 100, top }));
  return parts;
}

function drawn(line: Line, place: { x: Axis; y: Axis; legendX: number; top: number }): string[] {
  const { x, y, legendX, top } = place;
  const dash = line.dashed ? ' stroke-dasharray="4 4"' : '';
  const stroke = `stroke="${line.colour}" stroke-width="2" fill="none"${dash}`;
  const way = line.points.map(
    ([offered, value], index) => `${index === 0 ? 'M' : 'L'}${n(x.at(offered))} ${n(y.at(value))}`,
  );
  const dots = line.dashed
    ? []
    : line.points.map(
        ([offered, value]) => `<circle cx="${n(x.at(offered))}" cy="${n(y.at(value))}" r="3" fill="${line.colour}"/>`,
      );
  return [
    `<path d="${way.join('')}" ${stroke}/>`,
    ...dots,
    `<path d="M${legendX} ${top + 4}h22" ${stroke}/>`,
    text(legendX + 28, top + 8, line.label),
  ];
}

function axis(highest: number, place: (share: number) => number): Axis {
  const step = stepFor(highest);
  const most = Math.ceil(highest / step) * step;
  return { most, at: value => place(value / most) };
}

function ticks(most: number): readonly number[] {
  const step = stepFor(most);
  return Array.from({ length: Math.round(most / step) + 1 }, (_, index) => index * step);
}

/** A round step that makes four to eight of the whole. */
function stepFor(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 4));
  return power * (STEPS.findLast(step => step * power <= most / 4) ?? 1);
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${n(x)}" y="${n(y)}" ${attributes}>${escaped}</text>`;
}

function shown(value: number): string {
  return value.toLocaleString('en');
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

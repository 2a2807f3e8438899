/** The values of CloudWatch's metric math: a number, a time series, or a list of time series. */

/** Values by the start of their period, epoch ms; a missing data point is no entry. */
export type Points = ReadonlyMap<number, number>;

export type MathValue =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'series'; readonly points: Points }
  | { readonly kind: 'list'; readonly series: readonly Points[] }
  | { readonly kind: 'text'; readonly text: string };

/** The expression cannot be parsed, or asks for what there is not. */
export class MathError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MathError';
  }
}

export function scalar(value: number): MathValue {
  return { kind: 'scalar', value };
}

export function series(points: Points): MathValue {
  return { kind: 'series', points };
}

/** Applies `apply` to each value; a result that is no number is a missing data point. */
export function mapValue(value: MathValue, apply: (number: number) => number): MathValue {
  if (value.kind === 'scalar') return scalar(apply(value.value));
  if (value.kind === 'series') return series(mapPoints(value.points, apply));
  if (value.kind === 'list') return { kind: 'list', series: value.series.map(points => mapPoints(points, apply)) };
  throw new MathError(`cannot calculate with the text '${value.text}'`);
}

/** Applies `apply` pairwise: scalars to every point, series point by point where both have one. */
export function combine(left: MathValue, right: MathValue, apply: (a: number, b: number) => number): MathValue {
  if (right.kind === 'scalar') return mapValue(left, number => apply(number, right.value));
  if (left.kind === 'scalar') return mapValue(right, number => apply(left.value, number));
  if (left.kind === 'series' && right.kind === 'series') return series(zip(left.points, right.points, apply));
  if (left.kind === 'list' && right.kind === 'series') {
    return { kind: 'list', series: left.series.map(points => zip(points, right.points, apply)) };
  }
  if (left.kind === 'series' && right.kind === 'list') {
    return { kind: 'list', series: right.series.map(points => zip(left.points, points, apply)) };
  }
  throw new MathError(`cannot combine a ${left.kind} with a ${right.kind}`);
}

export function mapPoints(points: Points, apply: (number: number, atMs: number) => number): Points {
  const mapped = new Map<number, number>();
  for (const [atMs, number] of points) {
    const result = apply(number, atMs);
    if (Number.isFinite(result)) mapped.set(atMs, result);
  }
  return mapped;
}

function zip(left: Points, right: Points, apply: (a: number, b: number) => number): Points {
  return mapPoints(left, (number, atMs) => apply(number, right.get(atMs) ?? Number.NaN));
}

/** The functions of metric math, by name. */
import { MathError, type MathValue, mapPoints, mapValue, type Points, scalar, series } from './value.ts';

/** What a function can see besides its arguments. */
export interface MathContext {
  /** The starts of all periods of the window, epoch ms. */
  readonly periodStartsMs: readonly number[];
  readonly periodMs: number;
  /** The metrics (not the expressions) of the request, by id. */
  readonly metrics: ReadonlyMap<string, Points>;
}

type MathFunction = (parameters: readonly MathValue[], context: MathContext) => MathValue;

export const FUNCTIONS: ReadonlyMap<string, MathFunction> = new Map<string, MathFunction>([
  ['ABS', each(Math.abs)],
  ['CEIL', each(Math.ceil)],
  ['FLOOR', each(Math.floor)],
  ['LOG', each(Math.log)],
  ['LOG10', each(Math.log10)],
  ['SUM', aggregate(numbers => numbers.reduce((sum, number) => sum + number, 0))],
  ['AVG', aggregate(numbers => numbers.reduce((sum, number) => sum + number, 0) / numbers.length)],
  ['MIN', aggregate(numbers => Math.min(...numbers))],
  ['MAX', aggregate(numbers => Math.max(...numbers))],
  ['STDDEV', aggregate(standardDeviation)],
  ['METRIC_COUNT', ([list]) => scalar(list?.kind === 'list' ? list.series.length : 1)],
  ['DATAPOINT_COUNT', aggregate(numbers => numbers.length)],
  ['METRICS', metrics],
  ['PERIOD', (_, { periodMs }) => scalar(periodMs / 1000)],
  ['DIFF', ([value]) => eachSeries(value, points => differences(points, difference => difference))],
  [
    'RATE',
    ([value]) => eachSeries(value, points => differences(points, (difference, seconds) => difference / seconds)),
  ],
  ['RUNNING_SUM', ([value]) => eachSeries(value, runningSum)],
  ['EPOCH', ([value]) => eachSeries(value, points => mapPoints(points, (_, atMs) => atMs / 1000))],
  ['TIME_SERIES', ([value], context) => timeSeries(value, context)],
  ['FILL', fill],
  ['IF', conditional],
]);

function each(apply: (number: number) => number): MathFunction {
  return ([value]) => mapValue(required(value), apply);
}

/** Over the points of one series: a number. Over several series: a series, point by point. */
function aggregate(apply: (numbers: readonly number[]) => number): MathFunction {
  return parameters => {
    const [only] = parameters;
    if (parameters.length === 1 && only?.kind === 'series') return scalar(apply([...only.points.values()]));
    if (parameters.length === 1 && only?.kind === 'scalar') return scalar(apply([only.value]));
    const all = parameters.flatMap(toSeries);
    const byTime = new Map<number, number[]>();
    for (const points of all) {
      for (const [atMs, number] of points) byTime.set(atMs, [...(byTime.get(atMs) ?? []), number]);
    }
    return series(new Map([...byTime].sort(([a], [b]) => a - b).map(([atMs, numbers]) => [atMs, apply(numbers)])));
  };
}

function metrics(parameters: readonly MathValue[], context: MathContext): MathValue {
  const [prefix] = parameters;
  const wanted = [...context.metrics].filter(([id]) => prefix?.kind !== 'text' || id.includes(prefix.text));
  return { kind: 'list', series: wanted.map(([, points]) => points) };
}

/** `FILL(series, number | REPEAT | LINEAR)` */
function fill(parameters: readonly MathValue[], { periodStartsMs }: MathContext): MathValue {
  const [value, filler] = parameters;
  return eachSeries(value, points => {
    const filled = new Map<number, number>();
    let last: number | undefined;
    for (const atMs of periodStartsMs) {
      const known = points.get(atMs);
      const number = known ?? fillerAt(filler, points, atMs, last);
      if (number !== undefined) filled.set(atMs, number);
      last = number;
    }
    return filled;
  });
}

function fillerAt(filler: MathValue | undefined, points: Points, atMs: number, last: number | undefined) {
  if (filler?.kind === 'scalar') return filler.value;
  if (filler?.kind === 'series') return filler.points.get(atMs);
  if (filler?.kind === 'text' && filler.text === 'REPEAT') return last;
  if (filler?.kind === 'text' && filler.text === 'LINEAR') return interpolated(points, atMs);
  throw new MathError('FILL takes a number, a series, REPEAT or LINEAR');
}

function interpolated(points: Points, atMs: number): number | undefined {
  const times = [...points.keys()].sort((a, b) => a - b);
  const before = times.findLast(time => time < atMs);
  const after = times.find(time => time > atMs);
  if (before === undefined || after === undefined) return undefined;
  const from = points.get(before) ?? 0;
  const to = points.get(after) ?? 0;
  return from + ((to - from) * (atMs - before)) / (after - before);
}

/** `IF(condition, whenTrue, whenFalse)`, point by point. */
function conditional(parameters: readonly MathValue[], { periodStartsMs }: MathContext): MathValue {
  const [condition, whenTrue, whenFalse] = parameters;
  const test = required(condition);
  if (test.kind === 'scalar') return test.value === 0 ? (whenFalse ?? series(new Map())) : required(whenTrue);
  if (test.kind !== 'series') throw new MathError('IF takes a series or a number as its condition');
  const chosen = new Map<number, number>();
  for (const atMs of periodStartsMs) {
    const holds = test.points.get(atMs);
    if (holds === undefined) continue;
    const number = numberAt(holds === 0 ? whenFalse : whenTrue, atMs);
    if (number !== undefined) chosen.set(atMs, number);
  }
  return series(chosen);
}

function numberAt(value: MathValue | undefined, atMs: number): number | undefined {
  if (value?.kind === 'scalar') return value.value;
  return value?.kind === 'series' ? value.points.get(atMs) : undefined;
}

function timeSeries(value: MathValue | undefined, { periodStartsMs }: MathContext): MathValue {
  const given = required(value);
  if (given.kind !== 'scalar') return given;
  return series(new Map(periodStartsMs.map(atMs => [atMs, given.value])));
}

function differences(points: Points, apply: (difference: number, seconds: number) => number): Points {
  const result = new Map<number, number>();
  let previous: [number, number] | undefined;
  for (const [atMs, number] of [...points].sort(([a], [b]) => a - b)) {
    if (previous) result.set(atMs, apply(number - previous[1], (atMs - previous[0]) / 1000));
    previous = [atMs, number];
  }
  return result;
}

function runningSum(points: Points): Points {
  let sum = 0;
  return new Map(
    [...points]
      .sort(([a], [b]) => a - b)
      .map(([atMs, number]) => {
        sum += number;
        return [atMs, sum];
      }),
  );
}

function standardDeviation(numbers: readonly number[]): number {
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  return Math.sqrt(numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length);
}

function eachSeries(value: MathValue | undefined, apply: (points: Points) => Points): MathValue {
  const given = required(value);
  if (given.kind === 'series') return series(apply(given.points));
  if (given.kind === 'list') return { kind: 'list', series: given.series.map(apply) };
  throw new MathError(`a time series is needed, not a ${given.kind}`);
}

function toSeries(value: MathValue): readonly Points[] {
  if (value.kind === 'series') return [value.points];
  if (value.kind === 'list') return value.series;
  throw new MathError(`a time series is needed, not a ${value.kind}`);
}

function required(value: MathValue | undefined): MathValue {
  if (!value) throw new MathError('an argument is missing');
  return value;
}

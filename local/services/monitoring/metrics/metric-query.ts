/** `MetricDataQueries`: metrics and expressions over them, as `GetMetricData` and alarms ask for them. */
import type { JsonObject } from '../../../cloud/service.ts';
import { checkPeriod, invalidValue, missing, objects, optionalText, readMetric, requiredText } from '../input.ts';
import { evaluateExpression } from '../math/evaluate-expression.ts';
import { type Expression, parseExpression } from '../math/parse-expression.ts';
import { MathError, type MathValue, type Points, series } from '../math/value.ts';
import type { MetricIdentity } from './metric-series.ts';
import type { MetricStore } from './metric-store.ts';
import { parseStatistic, type Statistic } from './statistic.ts';

export interface MetricStat {
  readonly metric: MetricIdentity;
  /** As it was given: `p99`. */
  readonly statisticName: string;
  readonly statistic: Statistic;
  readonly periodMs: number;
  readonly unit: string | undefined;
}

export interface MetricQuery {
  readonly id: string;
  readonly label: string;
  readonly isReturned: boolean;
  readonly source: MetricStat | Expression;
  readonly periodMs: number | undefined;
}

export interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

const ID = /^[a-z][a-zA-Z0-9_]{0,254}$/;
const MOST_QUERIES = 500;

export function readQueries(value: unknown, name: string): MetricQuery[] {
  const queries = objects(value).map(query => readQuery(query, name));
  if (queries.length === 0) throw missing(name);
  if (queries.length > MOST_QUERIES) {
    throw invalidValue(`The collection ${name} must not have a size greater than ${MOST_QUERIES}.`);
  }
  const ids = new Set(queries.map(query => query.id));
  if (ids.size < queries.length) throw invalidValue(`The ids of ${name} must be unique.`);
  return queries;
}

export function readMetricStat(input: JsonObject): MetricStat {
  const metric = input.Metric;
  if (typeof metric !== 'object' || metric === null) throw missing('MetricStat.Metric');
  const statisticName = requiredText(input, 'Stat');
  return {
    metric: readMetric({ ...metric }),
    statisticName,
    statistic: readStatistic(statisticName),
    periodMs: checkPeriod(input.Period, 'MetricStat.Period') * 1000,
    unit: optionalText(input, 'Unit'),
  };
}

export function readStatistic(name: string): Statistic {
  const statistic = parseStatistic(name);
  if (!statistic) throw invalidValue(`The value ${name} for parameter Stat is not supported.`);
  return statistic;
}

function readQuery(query: JsonObject, name: string): MetricQuery {
  const id = requiredText(query, 'Id');
  if (!ID.test(id)) throw invalidValue(`The value ${id} for parameter ${name}.Id does not match ${ID.source}.`);
  const { MetricStat: stat, Expression: expression } = query;
  const isStat = typeof stat === 'object' && stat !== null;
  if (isStat === (typeof expression === 'string')) {
    throw invalidValue(`${name}.${id} must have either MetricStat or Expression.`);
  }
  const source = isStat ? readMetricStat({ ...stat }) : readExpression(String(expression), `${name}.${id}`);
  return {
    id,
    label: optionalText(query, 'Label') ?? ('metric' in source ? source.metric.name : id),
    isReturned: query.ReturnData !== false,
    source,
    periodMs: query.Period === undefined ? undefined : checkPeriod(query.Period) * 1000,
  };
}

function readExpression(source: string, name: string): Expression {
  try {
    return parseExpression(source);
  } catch (error) {
    if (error instanceof MathError) throw invalidValue(`Error in expression '${name}': ${error.message}`);
    throw error;
  }
}

/** The period of a set of queries: the longest one of its metrics. */
export function periodOf(queries: readonly MetricQuery[]): number {
  return Math.max(
    ...queries.map(({ source, periodMs }) => ('metric' in source ? source.periodMs : (periodMs ?? 0))),
    1000,
  );
}

/** The points of each query, by id. Periods begin at the window's start. @throws AwsError for an expression that fails */
export function runQueries(
  store: MetricStore,
  queries: readonly MetricQuery[],
  window: Window,
): ReadonlyMap<string, Points> {
  const byId = new Map(queries.map(query => [query.id, query]));
  const results = new Map<string, MathValue>();
  const metrics = new Map<string, Points>();
  const periodMs = periodOf(queries);
  const context = { periodStartsMs: startsOf(window, periodMs), periodMs, metrics };
  for (const { id, source } of queries) {
    if ('metric' in source) metrics.set(id, pointsOf(store, source, window));
  }

  function resultOf(id: string, trail: readonly string[]): MathValue {
    const known = results.get(id);
    if (known) return known;
    const query = byId.get(id);
    if (!query || trail.includes(id)) throw new MathError(`'${id}' is not a query that can be used here`);
    const { source } = query;
    const value =
      'metric' in source
        ? series(metrics.get(id) ?? new Map())
        : evaluateExpression(source, context, other => resultOf(other, [...trail, id]));
    results.set(id, value);
    return value;
  }

  return new Map(queries.map(({ id }) => [id, flatten(id, context.periodStartsMs, () => resultOf(id, []))]));
}

function flatten(id: string, startsMs: readonly number[], evaluate: () => MathValue): Points {
  try {
    const value = evaluate();
    if (value.kind === 'scalar') return new Map(startsMs.map(atMs => [atMs, value.value]));
    if (value.kind === 'series') return value.points;
    if (value.kind === 'list' && value.series.length <= 1) return value.series[0] ?? new Map();
    throw new MathError('the result must be one time series');
  } catch (error) {
    if (error instanceof MathError) throw invalidValue(`Error in expression '${id}': ${error.message}`);
    throw error;
  }
}

/** The points of one metric, in ascending order of time. */
function pointsOf(store: MetricStore, stat: MetricStat, window: Window): Points {
  const found = store.find(stat.metric);
  const points = new Map<number, number>();
  if (!found || (stat.unit !== undefined && stat.unit !== found.unit)) return points;
  for (const atMs of startsOf(window, stat.periodMs)) {
    const samples = found.between(atMs, atMs + stat.periodMs);
    const value = samples && stat.statistic(samples);
    if (value !== undefined) points.set(atMs, value);
  }
  return points;
}

function startsOf({ startMs, endMs }: Window, periodMs: number): number[] {
  return Array.from({ length: Math.max(0, Math.ceil((endMs - startMs) / periodMs)) }, (_, i) => startMs + i * periodMs);
}

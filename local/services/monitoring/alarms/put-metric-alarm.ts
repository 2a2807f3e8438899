import type { Cloud } from '../../../cloud/cloud.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import {
  checkPeriod,
  invalidValue,
  missing,
  optionalNumber,
  optionalText,
  readMetric,
  requiredText,
  texts,
} from '../input.ts';
import { type MetricQuery, periodOf, readQueries, readStatistic } from '../metrics/metric-query.ts';
import type { Alarm, AlarmState, AlarmStatus, CompositeAlarm, MetricAlarm, MissingData } from './alarm.ts';
import type { AlarmBook } from './alarm-book.ts';
import { COMPARISON_OPERATORS } from './alarm-evaluation.ts';
import { parseCompositeRule } from './composite-rule.ts';

const DAY_SECONDS = 86_400;
const MISSING_DATA: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
/** CloudWatch's own default for metrics that exist only while there is something to count. */
const IGNORED_BY_DEFAULT = 'AWS/DynamoDB';

export function putMetricAlarm(cloud: Cloud, book: AlarmBook, input: JsonObject): void {
  book.put(readMetricAlarm(cloud, input, cloud.clock.now()));
}

/** @throws AwsError when the request is not valid */
export function readMetricAlarm(cloud: Cloud, input: JsonObject, nowMs: number): MetricAlarm {
  const queries = readWatched(input);
  const watched = queries.filter(query => query.isReturned);
  if (watched.length !== 1 || !watched[0]) {
    throw invalidValue('Exactly one element of the metrics list should return data.');
  }
  const evaluationPeriods = readCount(input, 'EvaluationPeriods');
  const datapointsToAlarm =
    input.DatapointsToAlarm === undefined ? evaluationPeriods : readCount(input, 'DatapointsToAlarm');
  if (datapointsToAlarm > evaluationPeriods) {
    throw invalidValue('The parameter DatapointsToAlarm must be less than or equal to EvaluationPeriods.');
  }
  const comparison = requiredText(input, 'ComparisonOperator');
  if (!COMPARISON_OPERATORS.includes(comparison)) {
    throw invalidValue(`The value ${comparison} for parameter ComparisonOperator is not supported.`);
  }
  const threshold = optionalNumber(input, 'Threshold');
  if (threshold === undefined) throw missing('Threshold');
  const periodMs = periodOf(queries);
  if ((evaluationPeriods * periodMs) / 1000 > Math.max(DAY_SECONDS, 7 * DAY_SECONDS * Number(periodMs >= 3_600_000))) {
    throw invalidValue(
      'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).',
    );
  }
  return {
    ...readBase(cloud, input, nowMs),
    kind: 'metric',
    queries,
    watchedId: watched[0].id,
    periodMs,
    evaluationPeriods,
    datapointsToAlarm,
    threshold,
    comparison,
    missingData: readMissingData(input),
  };
}

export function putCompositeAlarm(cloud: Cloud, book: AlarmBook, input: JsonObject): void {
  book.put(readCompositeAlarm(cloud, input, cloud.clock.now()));
}

/** @throws AwsError when the request is not valid */
export function readCompositeAlarm(cloud: Cloud, input: JsonObject, nowMs: number): CompositeAlarm {
  const rule = requiredText(input, 'AlarmRule');
  return { ...readBase(cloud, input, nowMs), kind: 'composite', rule, holds: parseCompositeRule(rule) };
}

function readBase(cloud: Cloud, input: JsonObject, nowMs: number) {
  const name = requiredText(input, 'AlarmName');
  const actions: Record<AlarmState, readonly string[]> = {
    OK: texts(input.OKActions),
    ALARM: texts(input.AlarmActions),
    INSUFFICIENT_DATA: texts(input.InsufficientDataActions),
  };
  const status: AlarmStatus = {
    state: 'INSUFFICIENT_DATA',
    reason: 'Unchecked: Initial alarm creation',
    reasonData: undefined,
    sinceMs: nowMs,
  };
  return {
    name,
    arn: cloud.arn('cloudwatch', `alarm:${name}`),
    description: optionalText(input, 'AlarmDescription'),
    actionsEnabled: input.ActionsEnabled !== false,
    actions,
    configuredMs: nowMs,
    configuration: input,
    status,
  } satisfies Partial<Alarm>;
}

/** Either `Metrics`, or one metric spread over the request. */
function readWatched(input: JsonObject): MetricQuery[] {
  if (input.Metrics !== undefined) return readQueries(input.Metrics, 'Metrics');
  const metric = readMetric(input);
  const statisticName = optionalText(input, 'Statistic') ?? requiredText(input, 'ExtendedStatistic');
  const source = {
    metric,
    statisticName,
    statistic: readStatistic(statisticName),
    periodMs: checkPeriod(input.Period) * 1000,
    unit: optionalText(input, 'Unit'),
  };
  return [{ id: 'm1', label: metric.name, isReturned: true, source, periodMs: undefined }];
}

function readCount(input: JsonObject, name: string): number {
  const count = optionalNumber(input, name);
  if (count === undefined) throw missing(name);
  if (!Number.isInteger(count) || count < 1) throw invalidValue(`The value ${count} for parameter ${name} is invalid.`);
  return count;
}

function readMissingData(input: JsonObject): MissingData {
  const text = optionalText(input, 'TreatMissingData');
  if (text === undefined) return input.Namespace === IGNORED_BY_DEFAULT ? 'ignore' : 'missing';
  const found = MISSING_DATA.find(option => option === text);
  if (!found) throw invalidValue(`The value ${text} for parameter TreatMissingData is not supported.`);
  return found;
}

import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { invalidValue, optionalNumber, optionalText, requiredText, texts } from '../input.ts';
import { ALARM_STATES, type Alarm } from './alarm.ts';
import type { AlarmBook } from './alarm-book.ts';

const PAGE_SIZE = 50;
const LARGEST_PAGE = 100;

export function describeAlarms(book: AlarmBook, input: JsonObject): JsonObject {
  const names = input.AlarmNames === undefined ? undefined : new Set(texts(input.AlarmNames));
  const prefix = optionalText(input, 'AlarmNamePrefix') ?? '';
  const types = input.AlarmTypes === undefined ? ['MetricAlarm'] : texts(input.AlarmTypes);
  const found = book.all
    .filter(alarm => types.includes(alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm'))
    .filter(alarm => (names ? names.has(alarm.name) : alarm.name.startsWith(prefix)))
    .filter(alarm => input.StateValue === undefined || alarm.status.state === input.StateValue)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const start = Number(optionalText(input, 'NextToken') ?? 0);
  const size = Math.min(optionalNumber(input, 'MaxRecords') ?? PAGE_SIZE, LARGEST_PAGE);
  const page = found.slice(start, start + size);
  return {
    MetricAlarms: page.filter(alarm => alarm.kind === 'metric').map(writeAlarm),
    CompositeAlarms: page.filter(alarm => alarm.kind === 'composite').map(writeAlarm),
    ...(start + size < found.length ? { NextToken: String(start + size) } : {}),
  };
}

export function describeAlarmHistory(book: AlarmBook, input: JsonObject): JsonObject {
  const items = book.history.items.filter(
    item =>
      item.alarmName === (input.AlarmName ?? item.alarmName) && item.kind === (input.HistoryItemType ?? item.kind),
  );
  const newestFirst = input.ScanBy === 'TimestampAscending' ? items : items.toReversed();
  return {
    AlarmHistoryItems: newestFirst.slice(0, optionalNumber(input, 'MaxRecords') ?? LARGEST_PAGE).map(item => ({
      AlarmName: item.alarmName,
      AlarmType: item.alarmKind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm',
      Timestamp: item.atMs / 1000,
      HistoryItemType: item.kind,
      HistorySummary: item.summary,
    })),
  };
}

export function setAlarmState(book: AlarmBook, input: JsonObject): void {
  const state = ALARM_STATES.find(option => option === input.StateValue);
  if (!state) throw invalidValue(`The value ${String(input.StateValue)} for parameter StateValue is not supported.`);
  const reason = requiredText(input, 'StateReason');
  const alarm = book.find(requiredText(input, 'AlarmName'));
  if (!alarm) {
    throw new AwsError('ResourceNotFound', 'The named resource does not exist.', { status: 404 });
  }
  book.setState(alarm, { state, reason, reasonData: optionalText(input, 'StateReasonData') });
}

function writeAlarm(alarm: Alarm): JsonObject {
  const { status } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmDescription: alarm.description,
    AlarmConfigurationUpdatedTimestamp: alarm.configuredMs / 1000,
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    StateValue: status.state,
    StateReason: status.reason,
    StateReasonData: status.reasonData,
    StateUpdatedTimestamp: status.sinceMs / 1000,
    StateTransitionedTimestamp: status.sinceMs / 1000,
    ...(alarm.kind === 'metric' ? writeMetricPart(alarm.configuration) : { AlarmRule: alarm.rule }),
  };
}

const METRIC_PART = [
  'MetricName',
  'Namespace',
  'Statistic',
  'ExtendedStatistic',
  'Dimensions',
  'Period',
  'Unit',
  'EvaluationPeriods',
  'DatapointsToAlarm',
  'Threshold',
  'ComparisonOperator',
  'TreatMissingData',
  'EvaluateLowSampleCountPercentile',
  'Metrics',
];

function writeMetricPart(configuration: JsonObject): JsonObject {
  return Object.fromEntries(
    METRIC_PART.filter(name => configuration[name] !== undefined).map(name => [name, configuration[name]]),
  );
}

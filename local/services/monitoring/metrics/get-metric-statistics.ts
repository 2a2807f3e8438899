import type { JsonObject } from '../../../cloud/service.ts';
import { checkPeriod, invalidValue, missing, optionalText, readMetric, requiredTimeMs, texts } from '../input.ts';
import type { MetricStore } from './metric-store.ts';
import type { Samples } from './samples.ts';
import { parseStatistic } from './statistic.ts';

const MOST_DATAPOINTS = 1440;

export function getMetricStatistics(store: MetricStore, input: JsonObject): JsonObject {
  const metric = readMetric(input);
  const periodMs = checkPeriod(input.Period) * 1000;
  const startMs = Math.floor(requiredTimeMs(input, 'StartTime') / periodMs) * periodMs;
  const endMs = requiredTimeMs(input, 'EndTime');
  const simple = texts(input.Statistics);
  const extended = texts(input.ExtendedStatistics);
  if (simple.length + extended.length === 0) throw missing('Statistics');
  checkRange(startMs, endMs, periodMs);

  const unit = optionalText(input, 'Unit');
  const series = store.find(metric);
  const datapoints: JsonObject[] = [];
  for (let atMs = startMs; atMs < endMs; atMs += periodMs) {
    const samples = unit === undefined || series?.unit === unit ? series?.between(atMs, atMs + periodMs) : undefined;
    if (!samples) continue;
    datapoints.push({
      Timestamp: atMs / 1000,
      Unit: series?.unit,
      ...statisticsOf(samples, simple),
      ...(extended.length > 0 ? { ExtendedStatistics: statisticsOf(samples, extended) } : {}),
    });
  }
  return { Label: metric.name, Datapoints: datapoints };
}

function checkRange(startMs: number, endMs: number, periodMs: number): void {
  if (startMs >= endMs) throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
  const count = Math.ceil((endMs - startMs) / periodMs);
  if (count > MOST_DATAPOINTS) {
    throw invalidValue(
      `You have requested up to ${count} datapoints, which exceeds the limit of ${MOST_DATAPOINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  }
}

function statisticsOf(samples: Samples, names: readonly string[]): Record<string, number> {
  const statistics: Record<string, number> = {};
  for (const name of names) {
    const statistic = parseStatistic(name);
    if (!statistic) throw invalidValue(`The value ${name} for parameter Statistics is not supported.`);
    const value = statistic(samples);
    if (value !== undefined) statistics[name] = value;
  }
  return statistics;
}

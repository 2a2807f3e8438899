import type { JsonObject } from '../../../cloud/service.ts';
import { invalidValue, requiredTimeMs } from '../input.ts';
import { periodOf, readQueries, runQueries } from './metric-query.ts';
import type { MetricStore } from './metric-store.ts';

const MOST_POINTS = 100_800;

export function getMetricData(store: MetricStore, input: JsonObject): JsonObject {
  const queries = readQueries(input.MetricDataQueries, 'MetricDataQueries');
  const periodMs = periodOf(queries);
  const startMs = Math.floor(requiredTimeMs(input, 'StartTime') / periodMs) * periodMs;
  const endMs = requiredTimeMs(input, 'EndTime');
  if (startMs >= endMs) throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
  if (((endMs - startMs) / periodMs) * queries.length > MOST_POINTS) {
    throw invalidValue(`You have requested more than ${MOST_POINTS} datapoints in one call.`);
  }
  const results = runQueries(store, queries, { startMs, endMs });
  const isAscending = input.ScanBy === 'TimestampAscending';
  return {
    MetricDataResults: queries
      .filter(query => query.isReturned)
      .map(({ id, label }) => {
        const points = [...(results.get(id) ?? [])].sort(([a], [b]) => (isAscending ? a - b : b - a));
        return {
          Id: id,
          Label: label,
          Timestamps: points.map(([atMs]) => atMs / 1000),
          Values: points.map(([, value]) => value),
          StatusCode: 'Complete',
        };
      }),
    Messages: [],
  };
}

import type { JsonObject } from '../../../cloud/service.ts';
import { objects, optionalText, writeDimensions } from '../input.ts';
import type { MetricIdentity } from './metric-series.ts';
import type { MetricStore } from './metric-store.ts';

const PAGE_SIZE = 500;

export function listMetrics(store: MetricStore, input: JsonObject): JsonObject {
  const found = [...store.all].map(series => series.identity).filter(identity => matches(identity, input));
  const start = Number(optionalText(input, 'NextToken') ?? 0);
  const page = found.slice(start, start + PAGE_SIZE);
  return {
    Metrics: page.map(({ namespace, name, dimensions }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: writeDimensions(dimensions),
    })),
    ...(start + PAGE_SIZE < found.length ? { NextToken: String(start + PAGE_SIZE) } : {}),
  };
}

function matches({ namespace, name, dimensions }: MetricIdentity, input: JsonObject): boolean {
  if (namespace !== (input.Namespace ?? namespace) || name !== (input.MetricName ?? name)) return false;
  return objects(input.Dimensions).every(({ Name, Value }) => {
    const value = dimensions[String(Name)];
    return value !== undefined && (Value === undefined || Value === value);
  });
}

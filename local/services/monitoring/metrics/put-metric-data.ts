import type { JsonObject } from '../../../cloud/service.ts';
import {
  invalidValue,
  missing,
  objects,
  optionalNumber,
  optionalText,
  readDimensions,
  requiredText,
} from '../input.ts';
import type { Arrival, MetricStore } from './metric-store.ts';
import type { SampleTaker } from './samples.ts';

const MOST_DATA = 1000;
const MOST_VALUES = 150;

/** Takes values, lists of values with counts, or summaries. All data are checked before any is kept. */
export function putMetricData(store: MetricStore, input: JsonObject): void {
  const namespace = requiredText(input, 'Namespace');
  const data = [
    ...objects(input.MetricData),
    ...objects(input.EntityMetricData).flatMap(entity => objects(entity.MetricData)),
  ];
  if (data.length > MOST_DATA) {
    throw invalidValue(`The collection MetricData must not have a size greater than ${MOST_DATA}.`);
  }
  const arrivals = data.map((datum, index) => readDatum(namespace, datum, `MetricData.member.${index + 1}`));
  for (const { arrival, add } of arrivals) store.record(arrival, add);
}

function readDatum(
  namespace: string,
  datum: JsonObject,
  path: string,
): { arrival: Arrival; add: (samples: SampleTaker) => void } {
  const timestamp = optionalNumber(datum, 'Timestamp');
  const arrival = {
    namespace,
    name: requiredText(datum, 'MetricName'),
    dimensions: readDimensions(datum.Dimensions),
    unit: optionalText(datum, 'Unit'),
    atMs: timestamp === undefined ? undefined : timestamp * 1000,
    storageResolution: optionalNumber(datum, 'StorageResolution'),
  };
  return { arrival, add: readValues(datum, path) };
}

function readValues(datum: JsonObject, path: string): (samples: SampleTaker) => void {
  const { Value: value, Values: values, StatisticValues: statistics } = datum;
  if (Array.isArray(values)) return readList(values, datum.Counts, path);
  if (typeof statistics === 'object' && statistics !== null) return readSummary({ ...statistics }, path);
  const number = toNumber(value, `${path}.Value`);
  return samples => samples.add(number);
}

function readList(values: readonly unknown[], counts: unknown, path: string): (samples: SampleTaker) => void {
  if (values.length > MOST_VALUES) {
    throw invalidValue(`The collection ${path}.Values must not have a size greater than ${MOST_VALUES}.`);
  }
  const weights = Array.isArray(counts) ? counts : values.map(() => 1);
  if (weights.length !== values.length) {
    throw invalidValue(`The collections ${path}.Values and ${path}.Counts must have the same size.`);
  }
  const pairs = values.map((value, index) => {
    const number = toNumber(value, `${path}.Values.member.${index + 1}`);
    return [number, toNumber(weights[index], `${path}.Counts.member.${index + 1}`)] as const;
  });
  return samples => {
    for (const [value, count] of pairs) samples.add(value, count);
  };
}

function readSummary(statistics: JsonObject, path: string): (samples: SampleTaker) => void {
  const read = (name: string) => toNumber(statistics[name], `${path}.StatisticValues.${name}`);
  const summary = {
    count: read('SampleCount'),
    sum: read('Sum'),
    minimum: read('Minimum'),
    maximum: read('Maximum'),
  };
  const isConstant = summary.minimum === summary.maximum; // then the distribution is known after all
  return samples => (isConstant ? samples.add(summary.minimum, summary.count) : samples.addSummary(summary));
}

/** JSON has no word for the special values; on the wire they are text, and CloudWatch refuses them. */
function toNumber(value: unknown, path: string): number {
  if (value === undefined || value === null) throw missing(path);
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw invalidValue(`The value ${String(value)} for parameter ${path} is invalid.`);
  }
  return value;
}

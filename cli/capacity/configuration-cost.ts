/**
 * What of the bill a configuration decides: the stream, the consumer's invocations, and the reads and writes of its states. The
 * prices are those of `cli/cost/prices`; everything else that an event costs is in `npm run cost`.
 */
import type { Admission } from '../../core/capacity/admit-arrivals.ts';
import type { Configuration } from '../../core/capacity/configuration.ts';
import type { LeastWork } from '../../core/capacity/least-work.ts';
import type { Prediction } from '../../core/capacity/predict.ts';
import { type PriceList, type PriceName, priceOf } from '../cost/price-list.ts';

export interface CostLine {
  readonly price: PriceName;
  /** In an hour of the trace. */
  readonly quantity: number;
  readonly usdPerHour: number;
}

export interface Tariffs {
  readonly prices: PriceList;
  readonly architecture: 'arm64' | 'x86_64';
}

/** What is used in a time. */
interface Used {
  readonly seconds: number;
  readonly payloadUnits: number;
  readonly roundedBytes: number;
  readonly readBytes: number;
  readonly invocations: number;
  readonly billedMs: number;
  readonly units: number;
}

/** Dollars per hour, line by line. A state is read before it is written, so there are as many read units as write units. */
export function configurationCost(tariffs: Tariffs, configuration: Configuration, prediction: Prediction): CostLine[] {
  return linesOf(tariffs, configuration, {
    seconds: prediction.seconds,
    ...prediction.stream,
    readBytes: prediction.reads.bytes,
    invocations: prediction.invocations.count,
    billedMs: prediction.invocations.billedMs,
    units: prediction.table?.units ?? 0,
  });
}

/** The least that it can cost. */
export function leastCost(
  tariffs: Tariffs,
  configuration: Configuration,
  { admission, work }: { readonly admission: Admission; readonly work: LeastWork },
): CostLine[] {
  const { payloadUnits, roundedBytes, bytes } = admission;
  const seconds = admission.durationMs / 1000;
  return linesOf(tariffs, configuration, { seconds, payloadUnits, roundedBytes, readBytes: bytes, ...work });
}

export function totalPerHour(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usdPerHour }) => sum + usdPerHour, 0);
}

function linesOf({ prices, architecture }: Tariffs, configuration: Configuration, used: Used): CostLine[] {
  const perHour = 3600 / Math.max(1, used.seconds);
  const line = (price: PriceName, quantity: number): CostLine => ({
    price,
    quantity,
    usdPerHour: priceOf(prices, price, quantity),
  });
  const { stream, table, function: of } = configuration;
  const gbSeconds = ((used.billedMs / 1000) * of.memoryMb) / 1024;
  const lines = [
    ...(stream.mode === 'provisioned'
      ? [line('kinesis.shard-hour', stream.shards), line('kinesis.payload-unit', used.payloadUnits * perHour)]
      : [
          line('kinesis.stream-hour', 1),
          line('kinesis.ingested-byte', used.roundedBytes * perHour),
          line('kinesis.retrieved-byte', used.readBytes * perHour),
        ]),
    line('lambda.request', used.invocations * perHour),
    line(`lambda.gb-second-${architecture}`, gbSeconds * perHour),
    ...(table === undefined
      ? []
      : table.mode === 'provisioned'
        ? [line('dynamodb.write-unit-hour', table.writeUnits), line('dynamodb.read-unit-hour', table.writeUnits)]
        : [line('dynamodb.write-unit', used.units * perHour), line('dynamodb.read-unit', used.units * perHour)]),
  ];
  return lines.filter(({ quantity }) => quantity > 0);
}

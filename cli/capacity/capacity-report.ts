/** What `millrace capacity` says, as data. */
import { type ArrivalTrace, arrivedCount, type SlicedTrace } from '../../core/capacity/arrival-trace.ts';
import type { SearchResult } from '../../core/capacity/cheapest.ts';
import type { Configuration } from '../../core/capacity/configuration.ts';
import type { KeySpread } from '../../core/capacity/key-spread.ts';
import { missesOf, type Objective } from '../../core/capacity/objective.ts';
import type { Prediction } from '../../core/capacity/predict.ts';
import { HOURS_PER_MONTH } from '../cost/standing-costs.ts';
import { type CostLine, configurationCost, type Tariffs, totalPerHour } from './configuration-cost.ts';
import type { ComparedFigure } from './validation.ts';

export interface TraceSummary {
  readonly records: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Of the row with the most. */
  readonly peakPerSecond: number;
  readonly recordBytes: number;
  readonly resolutionMs: number;
}

export interface PricedPrediction {
  readonly configuration: Configuration;
  readonly prediction: Prediction;
  readonly cost: {
    readonly usdPerHour: number;
    readonly usdPerMonth: number;
    readonly usdPerMillion: number;
    readonly lines: readonly CostLine[];
  };
  /** What of the objective it misses; empty when it keeps it, or when nothing is asked for. */
  readonly misses: readonly string[];
}

export interface SearchSummary extends Omit<SearchResult, 'best' | 'nearest'> {
  readonly best?: PricedPrediction;
  readonly nearest?: PricedPrediction;
}

export interface CapacityReport {
  readonly trace: TraceSummary;
  readonly keys: KeySpread;
  readonly consumer: string;
  readonly region: string;
  readonly pricesChecked: string;
  readonly objective?: Objective;
  readonly configured: PricedPrediction;
  readonly search?: SearchSummary;
  readonly validation?: readonly ComparedFigure[];
}

export function summarizeTrace(trace: ArrivalTrace, { resolutionMs }: SlicedTrace): TraceSummary {
  const records = arrivedCount(trace);
  const seconds = trace.durationMs / 1000;
  const byStart = Map.groupBy(trace.arrivals, ({ startMs }) => startMs);
  const rates = [...byStart.values()].map(together => {
    const count = together.reduce((sum, each) => sum + each.count, 0);
    return (count * 1000) / Math.max(1, together[0]?.durationMs ?? 1);
  });
  const bytes = trace.arrivals.reduce((sum, { count, sizeBytes }) => sum + count * sizeBytes, 0);
  return {
    records,
    seconds,
    perSecond: records / seconds,
    peakPerSecond: rates.reduce((most, rate) => Math.max(most, rate), 0),
    recordBytes: bytes / records,
    resolutionMs,
  };
}

export interface Pricing {
  readonly tariffs: Tariffs;
  readonly objective: Objective | undefined;
}

export function priced(
  { tariffs, objective }: Pricing,
  { configuration, prediction }: Pick<PricedPrediction, 'configuration' | 'prediction'>,
): PricedPrediction {
  const lines = configurationCost(tariffs, configuration, prediction);
  const usdPerHour = totalPerHour(lines);
  const eventsPerHour = (prediction.records.accepted * 3600) / prediction.seconds;
  const usdPerMillion = eventsPerHour === 0 ? 0 : (usdPerHour / eventsPerHour) * 1e6;
  return {
    configuration,
    prediction,
    cost: { usdPerHour, usdPerMonth: usdPerHour * HOURS_PER_MONTH, usdPerMillion, lines },
    misses: objective ? missesOf(objective, prediction) : [],
  };
}

export function summarizeSearch(pricing: Pricing, { best, nearest, ...counts }: SearchResult): SearchSummary {
  return {
    ...counts,
    ...(best && { best: priced(pricing, best) }),
    ...(nearest && { nearest: priced(pricing, nearest) }),
  };
}

/** What was predicted beside what the embedded cloud made of the same trace. */
import type { Prediction } from '../../core/capacity/predict.ts';
import type { Measurement } from './embedded-run.ts';

export interface ComparedFigure {
  readonly name: string;
  readonly predicted: number;
  readonly measured: number;
  /** What differs, as a share of what was measured; of times, after 200 ms: no time is known better than that. */
  readonly error: number;
}

/** Instants are 100 ms apart, and one more or less may fall into a batch. */
const BLUR_MS = 200;

export function compareFigures(prediction: Prediction, measured: Measurement): ComparedFigure[] {
  const { records, iteratorAgeMs, delayMs, invocations, concurrency, table } = prediction;
  return [
    count('records throttled', records.throttled, measured.throttled),
    count('records processed', records.processed, measured.processed),
    time('iterator age p50', iteratorAgeMs.p50, measured.iteratorAgeMs.p50),
    time('iterator age p99', iteratorAgeMs.p99, measured.iteratorAgeMs.p99),
    time('iterator age max', iteratorAgeMs.max, measured.iteratorAgeMs.max),
    time('delay p50', delayMs.p50, measured.delayMs.p50),
    time('delay max', delayMs.max, measured.delayMs.max),
    count('invocations', invocations.count, measured.invocations),
    count('cold starts', invocations.coldStarts, measured.coldStarts),
    count('concurrency', concurrency.highest, measured.concurrency),
    ...(table
      ? [
          count('table writes', table.writes, measured.writes),
          count('table writes throttled', table.throttled, measured.writesThrottled),
        ]
      : []),
  ];
}

function count(name: string, predicted: number, measured: number): ComparedFigure {
  return { name, predicted, measured, error: Math.abs(predicted - measured) / Math.max(1, measured) };
}

function time(name: string, predicted: number, measured: number): ComparedFigure {
  const off = Math.max(0, Math.abs(predicted - measured) - BLUR_MS);
  const figure = { predicted: Math.round(predicted), measured: Math.round(measured) };
  return { name: `${name} ms`, ...figure, error: off / Math.max(BLUR_MS, measured) };
}

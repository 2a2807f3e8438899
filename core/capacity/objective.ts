import type { Prediction } from './predict.ts';
import type { Spread } from './spread.ts';

/** A bound on times. */
export interface TimeLimit {
  readonly statistic: 'p50' | 'p99' | 'max';
  readonly atMostMs: number;
}

/** What a configuration has to keep. What is not named may be anything. */
export interface Objective {
  /** Of the last record of a batch when it is sent: a window does not show in it. */
  readonly iteratorAge?: TimeLimit;
  /** From the arrival of a batch's first record until the batch is done: a window does. */
  readonly delay?: TimeLimit;
  /** Records that the stream refuses, and writes that the table refuses. */
  readonly throttles?: number;
}

/** What of an objective is missed, each as a sentence; nothing when it is kept. */
export function missesOf({ iteratorAge, delay, throttles }: Objective, prediction: Prediction): string[] {
  const misses: string[] = [];
  const compare = (name: string, limit: TimeLimit | undefined, spread: Spread) => {
    if (!limit || spread[limit.statistic] <= limit.atMostMs) return;
    misses.push(
      `${name} ${limit.statistic} ${Math.round(spread[limit.statistic])} ms, at most ${limit.atMostMs} ms wanted`,
    );
  };
  compare('iterator age', iteratorAge, prediction.iteratorAgeMs);
  compare('arrival to done', delay, prediction.delayMs);
  const refused = throttlesOf(prediction);
  if (throttles !== undefined && refused > throttles) {
    misses.push(`${refused} throttled, at most ${throttles} wanted`);
  }
  const { backlog } = prediction.records;
  if (delay && backlog > 0) misses.push(`${backlog} records not done`);
  return misses;
}

export function throttlesOf({ records, table }: Prediction): number {
  return records.throttled + (table?.throttled ?? 0);
}

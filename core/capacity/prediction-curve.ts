import type { Admission } from './admit-arrivals.ts';
import type { RunRecord } from './consumption/run-record.ts';

/** What happened in one stretch of a run. */
export interface CurvePoint {
  readonly fromMs: number;
  readonly arrived: number;
  readonly throttled: number;
  /** Of the batches that were sent in it, the greatest; 0 when there was none. */
  readonly iteratorAgeMs: number;
}

const POINTS = 60;

/** The run in sixty stretches of equal length, from the first arrival until the last batch. */
export function curveOf({ shards, refusals, durationMs }: Admission, { sentAtMs, agesMs }: RunRecord): CurvePoint[] {
  const lengthMs = Math.max(durationMs, sentAtMs.at(-1) ?? 0, 1);
  const stepMs = Math.max(1000, Math.ceil(lengthMs / POINTS / 1000) * 1000);
  const count = Math.floor(lengthMs / stepMs) + 1;
  const points = Array.from({ length: count }, (_, index) => ({
    fromMs: index * stepMs,
    arrived: 0,
    throttled: 0,
    iteratorAgeMs: 0,
  }));
  const pointAt = (atMs: number) => points[Math.floor(atMs / stepMs)];
  for (const { cohorts } of shards) {
    for (const { atMs, count: accepted } of cohorts) {
      const point = pointAt(atMs);
      if (point) point.arrived += accepted;
    }
  }
  for (const { atMs, count: refused } of refusals) {
    const point = pointAt(atMs);
    if (!point) continue;
    point.arrived += refused;
    point.throttled += refused;
  }
  for (const [index, atMs] of sentAtMs.entries()) {
    const point = pointAt(atMs);
    if (point) point.iteratorAgeMs = Math.max(point.iteratorAgeMs, agesMs[index] ?? 0);
  }
  return points;
}

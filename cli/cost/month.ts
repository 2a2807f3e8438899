/** What a month costs at a mean rate that follows the shape of a day. */
import { readFileSync } from 'node:fs';
import { UsageError } from '../command.ts';
import { HOURS_PER_MONTH } from './standing-costs.ts';

/** Rates of the 24 hours of a day, as multiples of the mean. */
export interface DayShape {
  readonly name: string;
  readonly factors: readonly number[];
}

const HOURS = 24;

/** A consumer's day: quiet at night, a rise through the day, the peak in the evening. Its mean is 1. */
const DAY_NIGHT = normalised([
  0.35, 0.25, 0.2, 0.18, 0.2, 0.3, 0.5, 0.75, 0.95, 1.1, 1.2, 1.25, 1.3, 1.25, 1.2, 1.2, 1.3, 1.45, 1.65, 1.8, 1.75,
  1.45, 0.95, 0.6,
]);

/** @param name `flat`, `day-night`, or a file of 24 numbers (JSON, or one per line) @throws UsageError naming what is wrong */
export function readShape(name: string): DayShape {
  if (name === 'flat') return { name, factors: Array.from({ length: HOURS }, () => 1) };
  if (name === 'day-night') return { name, factors: DAY_NIGHT };
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch (cause) {
    throw new UsageError(`Cannot read --shape: flat, day-night or a file of 24 numbers, received '${name}'`, { cause });
  }
  const factors = text
    .replace(/[[\]]/g, ' ')
    .split(/[\s,;]+/)
    .filter(part => part !== '')
    .map(Number);
  const isUsable = factors.length === HOURS && factors.every(each => each >= 0) && factors.some(each => each > 0);
  if (!isUsable) {
    throw new UsageError(`Cannot read --shape '${name}': 24 numbers from 0 on are wanted, received ${factors.length}`);
  }
  return { name, factors: normalised(factors) };
}

export interface MonthInput {
  readonly shape: DayShape;
  /** Events per second, mean of the day. */
  readonly rate: number;
  /** Dollars per second by use, at a rate. */
  readonly usdPerSecond: (rate: number) => number;
  /** Dollars per hour for capacity, sized for a rate: it is paid for day and night. */
  readonly usdPerHour: (peakRate: number) => number;
  readonly fixedUsd: number;
}

export interface MonthCost {
  readonly events: number;
  readonly usageUsd: number;
  readonly capacityUsd: number;
  readonly fixedUsd: number;
  readonly usd: number;
  readonly peakRate: number;
}

export function monthCost({ shape, rate, usdPerSecond, usdPerHour, fixedUsd }: MonthInput): MonthCost {
  const secondsPerHourOfDay = (HOURS_PER_MONTH / HOURS) * 3600;
  const peakRate = Math.max(...shape.factors) * rate;
  const usageUsd = shape.factors.reduce((sum, factor) => sum + usdPerSecond(factor * rate) * secondsPerHourOfDay, 0);
  const capacityUsd = usdPerHour(peakRate) * HOURS_PER_MONTH;
  const usd = usageUsd + capacityUsd + fixedUsd;
  return { events: rate * 3600 * HOURS_PER_MONTH, usageUsd, capacityUsd, fixedUsd, usd, peakRate };
}

/** A line through what was measured at some rates; beyond them it goes on as between the last two. Never below zero. */
export function interpolated(points: readonly { readonly rate: number; readonly usdPerSecond: number }[]) {
  const sorted = [...points].sort((a, b) => a.rate - b.rate);
  return (rate: number): number => {
    const [only] = sorted;
    if (!only) return 0;
    if (sorted.length === 1) return (only.usdPerSecond / only.rate) * rate;
    const above = sorted.findIndex(point => point.rate >= rate);
    const right = above <= 0 ? (above === 0 ? 1 : sorted.length - 1) : above;
    const a = sorted[right - 1] ?? only;
    const b = sorted[right] ?? only;
    const slope = (b.usdPerSecond - a.usdPerSecond) / (b.rate - a.rate);
    return Math.max(0, a.usdPerSecond + slope * (rate - a.rate));
  };
}

function normalised(factors: readonly number[]): number[] {
  const mean = factors.reduce((sum, factor) => sum + factor, 0) / factors.length;
  return factors.map(factor => factor / mean);
}

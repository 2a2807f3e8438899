import { type Cron, nextCronTime, parseCron } from './expression/cron.ts';
import { parseRate } from './expression/rate.ts';
import { instantOf, isTimeZone } from './expression/time-zone.ts';

/** When a schedule runs. */
export type ScheduleTimes =
  | { readonly kind: 'at'; readonly atMs: number | undefined }
  | { readonly kind: 'rate'; readonly everyMs: number }
  | { readonly kind: 'cron'; readonly cron: Cron; readonly zone: string };

/** What bounds and shifts the runs of a schedule. */
export interface ScheduleBounds {
  readonly createdMs: number;
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
}

const LOCAL_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})$/;

/** Parses `at(...)`, `rate(...)` or `cron(...)`. @returns undefined when the expression or the zone is not valid */
export function parseTimes(expression: string, zone: string = 'UTC'): ScheduleTimes | undefined {
  if (!isTimeZone(zone)) return undefined;
  const [, kind, text = ''] = /^(at|rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'at') return parseAt(text, zone);
  if (kind === 'rate') {
    const rate = parseRate(text);
    return rate && { kind, everyMs: rate.everyMs };
  }
  const cron = kind === 'cron' ? parseCron(text) : undefined;
  return cron && { kind: 'cron', cron, zone };
}

/**
 * The first run after an instant. A rate counts from the start date, where it runs first, or from the making of the
 * schedule, one interval after which it runs first; a one-time schedule knows no start or end.
 */
export function nextTime(times: ScheduleTimes, bounds: ScheduleBounds, afterMs: number): number | undefined {
  if (times.kind === 'at') return times.atMs !== undefined && times.atMs > afterMs ? times.atMs : undefined;
  const next = times.kind === 'rate' ? nextTurn(times.everyMs, bounds, afterMs) : nextMatch(times, bounds, afterMs);
  return next === undefined || (bounds.endMs !== undefined && next > bounds.endMs) ? undefined : next;
}

function nextTurn(everyMs: number, { createdMs, startMs }: ScheduleBounds, afterMs: number): number {
  const firstMs = startMs ?? createdMs + everyMs;
  if (firstMs > afterMs) return firstMs;
  return firstMs + (Math.floor((afterMs - firstMs) / everyMs) + 1) * everyMs;
}

function nextMatch(
  { cron, zone }: ScheduleTimes & { readonly kind: 'cron' },
  { startMs }: ScheduleBounds,
  afterMs: number,
): number | undefined {
  return nextCronTime(cron, startMs === undefined ? afterMs : Math.max(afterMs, startMs - 1), zone);
}

function parseAt(text: string, zone: string): ScheduleTimes | undefined {
  const [year, month, day, hour, minute, second] = LOCAL_TIME.exec(text)?.slice(1).map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  if (date.toISOString().slice(0, 19) !== text) return undefined;
  const minuteMs = instantOf({ year, month, day, hour, minute }, zone);
  return { kind: 'at', atMs: minuteMs === undefined ? undefined : minuteMs + second * 1000 };
}

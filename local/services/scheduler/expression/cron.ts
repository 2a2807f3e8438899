import { cronDays, type DayOfMonth, parseDays } from './cron-days.ts';
import { parseCronValues } from './cron-values.ts';
import { instantOf, localTime } from './time-zone.ts';

/** A cron expression of six fields, as EventBridge reads it. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: DayOfMonth;
  readonly months: readonly number[];
  readonly years: readonly number[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/**
 * Parses the text between the brackets of `cron(...)`: minutes, hours, day of month, month, day of week, year.
 *
 * @returns undefined when it is not valid
 */
export function parseCron(text: string): Cron | undefined {
  const [minute = '', hour = '', day = '', month = '', weekday = '', year = '', ...rest] = text.split(' ');
  const minutes = parseCronValues(minute, { from: 0, to: 59 });
  const hours = parseCronValues(hour, { from: 0, to: 23 });
  const months = parseCronValues(month, { from: 1, to: 12, names: MONTHS });
  const years = parseCronValues(year, { from: 1970, to: 2199 });
  const days = parseDays(day, weekday);
  if (rest.length > 0 || !minutes || !hours || !months || !years || !days) return undefined;
  return { minutes, hours, days, months, years };
}

/**
 * The first time after an instant at which the expression holds, by the wall clock of a zone. A time that a zone leaves
 * out is skipped, one that it has twice counts once (EventBridge Scheduler user guide, "Daylight savings time").
 *
 * @returns undefined when there is none
 */
export function nextCronTime(cron: Cron, afterMs: number, zone: string = 'UTC'): number | undefined {
  const after = localTime(afterMs, zone);
  for (const year of cron.years) {
    if (year < after.year) continue;
    for (const month of cron.months) {
      if (year === after.year && month < after.month) continue;
      for (const day of cronDays(cron.days, year, month)) {
        if (year === after.year && month === after.month && day < after.day) continue;
        const found = firstTimeOf(cron, { year, month, day }, afterMs, zone);
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
}

interface LocalDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function firstTimeOf(cron: Cron, date: LocalDate, afterMs: number, zone: string): number | undefined {
  for (const hour of cron.hours) {
    for (const minute of cron.minutes) {
      const timeMs = instantOf({ ...date, hour, minute }, zone);
      if (timeMs !== undefined && timeMs > afterMs) return timeMs;
    }
  }
  return undefined;
}

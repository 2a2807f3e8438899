import { parseCronValue, parseCronValues } from './cron-values.ts';

/** On which days of a month a cron expression holds. Weekdays are numbered from 1 for Sunday. */
export type DayOfMonth =
  | { readonly kind: 'days'; readonly days: readonly number[] }
  | { readonly kind: 'weekdays'; readonly weekdays: readonly number[] }
  /** `L`, `L-3` */
  | { readonly kind: 'before-last'; readonly offset: number }
  /** `LW` */
  | { readonly kind: 'last-working-day' }
  /** `15W` */
  | { readonly kind: 'nearest-working-day'; readonly day: number }
  /** `6L` */
  | { readonly kind: 'last-weekday'; readonly weekday: number }
  /** `3#2` */
  | { readonly kind: 'nth-weekday'; readonly weekday: number; readonly nth: number };

const DAYS = { from: 1, to: 31 };
const WEEKDAYS = { from: 1, to: 7, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] };
const SUNDAY = 1;
const SATURDAY = 7;

/** Parses the fields for the day of the month and of the week, of which exactly one has to be `?`. */
export function parseDays(day: string, weekday: string): DayOfMonth | undefined {
  if ((day === '?') === (weekday === '?')) return undefined;
  return weekday === '?' ? parseDayOfMonth(day) : parseDayOfWeek(weekday.toUpperCase());
}

/** The days of a month on which the expression holds, in order. */
export function cronDays(days: DayOfMonth, year: number, month: number): readonly number[] {
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const weekdayOf = (day: number): number => new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
  const all = Array.from({ length: last }, (_, index) => index + 1);
  switch (days.kind) {
    case 'days':
      return days.days.filter(day => day <= last);
    case 'weekdays':
      return all.filter(day => days.weekdays.includes(weekdayOf(day)));
    case 'before-last':
      return last - days.offset >= 1 ? [last - days.offset] : [];
    case 'last-working-day':
      return all.filter(day => isWorkingDay(weekdayOf(day))).slice(-1);
    case 'nearest-working-day':
      return days.day > last ? [] : [nearestWorkingDay(days.day, last, weekdayOf(days.day))];
    case 'last-weekday':
      return all.filter(day => weekdayOf(day) === days.weekday).slice(-1);
    case 'nth-weekday':
      return all.filter(day => weekdayOf(day) === days.weekday).slice(days.nth - 1, days.nth);
  }
}

function parseDayOfMonth(text: string): DayOfMonth | undefined {
  if (text === 'L') return { kind: 'before-last', offset: 0 };
  if (text === 'LW') return { kind: 'last-working-day' };
  const [, offset, nearest] = /^(?:L-([0-9]+)|([0-9]+)W)$/.exec(text) ?? [];
  if (offset !== undefined) return Number(offset) <= 30 ? { kind: 'before-last', offset: Number(offset) } : undefined;
  if (nearest !== undefined) {
    const day = parseCronValue(nearest, DAYS);
    return day === undefined ? undefined : { kind: 'nearest-working-day', day };
  }
  const days = parseCronValues(text, DAYS);
  return days && { kind: 'days', days };
}

function parseDayOfWeek(text: string): DayOfMonth | undefined {
  if (text === 'L') return { kind: 'weekdays', weekdays: [SATURDAY] };
  const [, name = '', suffix, nth] = /^([A-Z0-9]+?)(?:(L)|#([1-5]))$/.exec(text) ?? [];
  if (suffix !== undefined || nth !== undefined) {
    const weekday = parseCronValue(name, WEEKDAYS);
    if (weekday === undefined) return undefined;
    return nth === undefined ? { kind: 'last-weekday', weekday } : { kind: 'nth-weekday', weekday, nth: Number(nth) };
  }
  const weekdays = parseCronValues(text, WEEKDAYS);
  return weekdays && { kind: 'weekdays', weekdays };
}

function isWorkingDay(weekday: number): boolean {
  return weekday !== SUNDAY && weekday !== SATURDAY;
}

/** Saturdays move back and Sundays forward, but never into another month. */
function nearestWorkingDay(day: number, last: number, weekday: number): number {
  if (weekday === SATURDAY) return day === 1 ? day + 2 : day - 1;
  if (weekday === SUNDAY) return day === last ? day - 2 : day + 1;
  return day;
}

export const DAY_MS = 86_400_000;
const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Milliseconds since the Unix epoch of an RFC 3339 timestamp; `undefined` when it is not one. Stricter than
 * `Date.parse`: the zone must be there and the day must exist in its month.
 */
export function parseRfc3339(text: string): number | undefined {
  if (text === keptText) return keptMs;
  return parseUtc(text) ?? parseAnySpelling(text);
}

let keptText: string | undefined;
let keptMs = 0;

/** Says which moment a timestamp is, for who has read it already and hands it to somebody who will read it too. */
export function keepRfc3339(text: string, ms: number): void {
  keptText = text;
  keptMs = ms;
}

/**
 * Nearly all timestamps are spelled in one of two ways, `2026-11-21T13:31:58.028Z` or without the fraction; `undefined` when
 * this one is not, or no such moment exists. Every event comes by here more than once: it is read without a regular
 * expression, and its day is counted without a date.
 */
function parseUtc(text: string): number | undefined {
  const withMs = text.length === 24;
  if (!(withMs || text.length === 20) || !isPunctuated(text)) return undefined;
  let signs = 0; // negative as soon as one character is no digit: so nothing has to be asked in between
  const digit = (at: number) => {
    const value = text.charCodeAt(at) - 48;
    signs |= value | (9 - value);
    return value;
  };
  const year = digit(0) * 1000 + digit(1) * 100 + digit(2) * 10 + digit(3);
  const month = digit(5) * 10 + digit(6);
  const day = digit(8) * 10 + digit(9);
  const hour = digit(11) * 10 + digit(12);
  const minute = digit(14) * 10 + digit(15);
  const second = digit(17) * 10 + digit(18);
  const ms = withMs ? digit(20) * 100 + digit(21) * 10 + digit(22) : 0;
  if (signs < 0 || hour > 23 || minute > 59 || second > 59) return undefined;
  if (year < 100 || month < 1 || month > 12 || day < 1) return undefined;
  if (day > 28 && (day > 30 || month === 2)) return undefined; // whether there is such a day is found out the other way
  return daysSince1970(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

/** Whether all that is no digit stands in its place. */
function isPunctuated(text: string): boolean {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH || text.charCodeAt(10) !== T) return false;
  if (text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return false;
  return text.length === 20 ? text.charCodeAt(19) === Z : text.charCodeAt(19) === POINT && text.charCodeAt(23) === Z;
}

const DASH = 45;
const POINT = 46;
const COLON = 58;
const T = 84;
const Z = 90;

/** In the Gregorian calendar; years are counted from March, so that a leap day is the last of its year. */
export function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const daysBefore = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5); // March to July has 153, and so on
  return marchYear * 365 + leapDays + daysBefore + day - DAYS_TO_1970;
}

/** From the first of March in the year 0, and one more, as days are counted from 1. */
const DAYS_TO_1970 = 719_469;

function parseAnySpelling(text: string): number | undefined {
  const [, year, month, day, hour, minute, second] = RFC_3339.exec(text) ?? [];
  if (!year || !month || !day || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > lastDay) return undefined;
  const ms = Date.parse(text.replace(' ', 'T').toUpperCase());
  return Number.isNaN(ms) ? undefined : ms;
}

const MAX_DAYS = 1000;
const spelledDays = new Map<number, string>();

/** The UTC day of a moment, `YYYY-MM-DD`. Days are few and come again and again. */
export function utcDay(ms: number): string {
  const number = Math.floor(ms / DAY_MS);
  const known = spelledDays.get(number);
  if (known !== undefined) return known;
  const day = new Date(ms).toISOString().slice(0, 10);
  if (spelledDays.size >= MAX_DAYS) spelledDays.clear();
  spelledDays.set(number, day);
  return day;
}

const YEAR_10_000_MS = Date.UTC(10_000, 0);
const DIGITS = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, '0'));
const TWO_DIGITS = DIGITS.slice(0, 60).map(digits => digits.slice(1));

/** A moment as `Date.prototype.toISOString` spells it, in a fraction of its time. @throws RangeError when it is none */
export function utcTime(ms: number): string {
  if (!(ms >= 0 && ms < YEAR_10_000_MS && Number.isInteger(ms))) return new Date(ms).toISOString();
  const sinceMidnightMs = ms % DAY_MS;
  const seconds = Math.floor(sinceMidnightMs / 1000);
  const hour = TWO_DIGITS[Math.floor(seconds / 3600)];
  const minute = TWO_DIGITS[Math.floor(seconds / 60) % 60];
  return `${utcDay(ms)}T${hour}:${minute}:${TWO_DIGITS[seconds % 60]}.${DIGITS[sinceMidnightMs % 1000]}Z`;
}

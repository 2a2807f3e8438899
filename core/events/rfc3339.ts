const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Milliseconds since the Unix epoch of an RFC 3339 timestamp; `undefined` when it is not one. Stricter than
 * `Date.parse`: the zone must be there and the day must exist in its month.
 */
export function parseRfc3339(text: string): number | undefined {
  return parseUtc(text) ?? parseAnySpelling(text);
}

/**
 * Nearly all timestamps are spelled in one of two ways, `2026-11-21T13:31:58.028Z` or without the fraction; `undefined` when
 * this one is not, or no such moment exists.
 */
function parseUtc(text: string): number | undefined {
  const withMs = text.length === 24 && text[19] === '.' && text[23] === 'Z';
  if (!withMs && !(text.length === 20 && text[19] === 'Z')) return undefined;
  if (text[4] !== '-' || text[7] !== '-' || text[10] !== 'T' || text[13] !== ':' || text[16] !== ':') return undefined;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  const ms = withMs ? digits(text, 20, 23) : 0;
  const isTime = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60 && ms >= 0;
  if (!isTime || year < 100 || month < 1 || month > 12 || day < 1 || day > 28) return undefined; // later days: the other way
  return Date.UTC(year, month - 1, day, hour, minute, second, ms);
}

/** The number that the digits from `start` to `end` spell; -1 when they are not all digits. */
function digits(text: string, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function parseAnySpelling(text: string): number | undefined {
  const [, year, month, day, hour, minute, second] = RFC_3339.exec(text) ?? [];
  if (!year || !month || !day || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > lastDay) return undefined;
  const ms = Date.parse(text.replace(' ', 'T').toUpperCase());
  return Number.isNaN(ms) ? undefined : ms;
}

/** The UTC day of a moment, `YYYY-MM-DD`. */
export function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Milliseconds since the Unix epoch of an RFC 3339 timestamp; `undefined` when it is not one. Stricter than
 * `Date.parse`: the zone must be there and the day must exist in its month.
 */
export function parseRfc3339(text: string): number | undefined {
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

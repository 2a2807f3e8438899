/** RFC 3339 in the profile of the States Language: upper-case T, seconds, and Z or an offset. */
const TIMESTAMP = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** @returns milliseconds since the epoch, or undefined for anything that is not such a timestamp */
export function parseTimestamp(value: unknown): number | undefined {
  const match = typeof value === 'string' ? TIMESTAMP.exec(value) : null;
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  const ms = Date.parse(String(value));
  if (Number.isNaN(ms) || year === undefined || month === undefined || day === undefined) return undefined;
  const inRange = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return inRange && month >= 1 && month <= 12 && day >= 1 && day <= lastDay ? ms : undefined;
}

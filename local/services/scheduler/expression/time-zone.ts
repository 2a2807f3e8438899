/** A wall clock's reading; months count from 1. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const DAY_MS = 86_400_000;
const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** Whether the name is one of the IANA time zones. */
export function isTimeZone(zone: string): boolean {
  try {
    format(zone);
    return true;
  } catch {
    return false;
  }
}

/** What a wall clock in the zone shows at an instant. */
export function localTime(timeMs: number, zone: string): LocalTime {
  const local = new Date(timeMs + offsetMs(timeMs, zone));
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
  };
}

/**
 * The instant at which a wall clock in the zone shows a time, the first of them where the clock is set back.
 *
 * @returns undefined for a time that is left out when the clock is set forward
 */
export function instantOf({ year, month, day, hour, minute }: LocalTime, zone: string): number | undefined {
  const asUtcMs = Date.UTC(year, month - 1, day, hour, minute);
  if (zone === 'UTC') return asUtcMs;
  const offsets = [offsetMs(asUtcMs - DAY_MS, zone), offsetMs(asUtcMs + DAY_MS, zone)];
  const instants = offsets.map(offset => asUtcMs - offset).filter((at, i) => offsetMs(at, zone) === offsets[i]);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

function offsetMs(timeMs: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const parts = Object.fromEntries(
    format(zone)
      .formatToParts(timeMs)
      .map(part => [part.type, Number(part.value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(timeMs / 1000) * 1000;
}

function format(zone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  FORMATS.set(zone, made);
  return made;
}

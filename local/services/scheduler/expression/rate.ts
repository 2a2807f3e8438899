const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const RATE = /^([0-9]+) (minute|hour|day)(s?)$/;

export interface Rate {
  readonly everyMs: number;
  /** The unit agrees with the value in number, as rules demand and schedules do not: `1 hour`, `5 minutes`. */
  readonly agrees: boolean;
}

/** Parses the text between the brackets of `rate(...)`. @returns undefined when it is not valid */
export function parseRate(text: string): Rate | undefined {
  const [, digits, unit, plural] = RATE.exec(text) ?? [];
  const value = Number(digits);
  if (unit === undefined || !(value > 0)) return undefined;
  const unitMs = UNIT_MS[unit as keyof typeof UNIT_MS]; // the pattern admits only these
  return { everyMs: value * unitMs, agrees: (plural === 's') === value > 1 };
}

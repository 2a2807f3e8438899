const EVENT_TYPE = /^([a-z][a-z0-9-]*)\.([a-z][a-z0-9-]*)\.([a-z][a-z0-9-]*)\.v([1-9][0-9]*)$/;

/** An event type in its parts. */
export interface EventType {
  readonly domain: string;
  readonly aggregate: string;
  /** Past tense. */
  readonly happened: string;
  readonly major: number;
}

/** Takes `<domain>.<aggregate>.<past-tense>.v<major>` apart; `undefined` when it is not one. */
export function parseEventType(type: string): EventType | undefined {
  const [, domain, aggregate, happened, major] = EVENT_TYPE.exec(type) ?? [];
  if (!domain || !aggregate || !happened || !major) return undefined;
  return { domain, aggregate, happened, major: Number(major) };
}

const MAX_KNOWN = 1000;
const known = new Set<string>();

/** Whether `type` is one. Types are few and come again and again. */
export function isEventType(type: string): boolean {
  if (known.has(type)) return true;
  if (!EVENT_TYPE.test(type)) return false;
  if (known.size >= MAX_KNOWN) known.clear();
  known.add(type);
  return true;
}

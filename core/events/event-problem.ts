/** Why one event is refused: precise enough that its producer can mend it without asking anyone. */
export interface EventProblem {
  /** Position in the batch that was sent; absent when a single event was sent or the problem concerns the whole body. */
  readonly index?: number;
  /** Path of the offending attribute, for example `time` or `data.lines[2].quantity`. */
  readonly field: string;
  /** What stood there; absent when the attribute was missing. Long values are cut. */
  readonly value?: unknown;
  /** The rule that was broken, in words. */
  readonly reason: string;
}

const LONGEST_VALUE_CHARS = 200;

/** A problem of one field; `value` is cut so that an answer never repeats a megabyte to its sender. */
export function eventProblem(field: string, value: unknown, reason: string): EventProblem {
  return value === undefined ? { field, reason } : { field, value: cut(value), reason };
}

function cut(value: unknown): unknown {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text === undefined || text.length <= LONGEST_VALUE_CHARS) return value;
  return `${text.slice(0, LONGEST_VALUE_CHARS)}…`;
}

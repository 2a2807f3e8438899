import { excerpt } from './excerpt.ts';

/** Why one event is refused: precise enough that its producer can mend it without asking anyone. */
export interface EventProblem {
  /** Position in the batch that was sent; absent when a single event was sent or the problem concerns the whole body. */
  readonly index?: number;
  /** Path of the offending attribute, for example `time` or `data.lines[2].quantity`. */
  readonly field: string;
  /** What stood there, at most 200 characters of it; absent when the attribute was missing. */
  readonly value?: unknown;
  /** The rule that was broken, in words. */
  readonly reason: string;
}

/** A problem of one field; `field` and `value` are cut, so that an answer never repeats a megabyte to its sender. */
export function eventProblem(field: string, value: unknown, reason: string): EventProblem {
  const path = excerpt(field);
  return value === undefined ? { field: path, reason } : { field: path, value: shortened(value), reason };
}

function shortened(value: unknown): unknown {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const short = excerpt(text);
  return short === text ? value : short;
}

/** Waits for a flow to come to rest after its producers have stopped. */
import { type Flow, outstanding, sagasOutstanding } from './flow.ts';

export interface DrainOptions {
  readonly read: () => Promise<Flow>;
  /** How long to wait for the last event, ms. */
  readonly limitMs: number;
  readonly onProgress?: (flow: Flow) => void;
}

export interface Drained {
  readonly flow: Flow;
  readonly atRest: boolean;
}

const POLL_MS = 200;
/** Nothing has changed for this long: what is still open will not come. Longer than any retry's first steps. */
const REST_MS = 15_000;

/**
 * Ends as soon as every event and every saga has ended and the facts have been consumed; when nothing has moved for a
 * while although something is open; or, not at rest, when the limit is reached.
 */
export async function drain(options: DrainOptions): Promise<Drained> {
  const deadlineMs = Date.now() + options.limitMs;
  let flow = await options.read();
  let movedAtMs = Date.now();
  for (;;) {
    await new Promise(resolve => setTimeout(resolve, POLL_MS));
    const next = await options.read();
    options.onProgress?.(next);
    const moved = JSON.stringify(next.counts) !== JSON.stringify(flow.counts);
    flow = next;
    if (moved) movedAtMs = Date.now();
    if (!moved && isComplete(flow)) return { flow, atRest: true };
    if (Date.now() - movedAtMs > REST_MS) return { flow, atRest: true };
    if (Date.now() > deadlineMs) return { flow, atRest: false };
  }
}

function isComplete(flow: Flow): boolean {
  return outstanding(flow) === 0 && sagasOutstanding(flow) === 0;
}

import type { OpenWindow } from './checkpoints.ts';
import type { AttemptVerdict } from './next-step.ts';

/** A function may hand at most this much state from one invocation to the next. */
const LARGEST_STATE_BYTES = 2 ** 20;

export interface TumblingWindowOptions {
  readonly sizeMs: number;
  readonly shardId: string;
  readonly eventSourceArn: string;
}

/**
 * The state that a function keeps over the records of one window of one shard. Windows are aligned to the epoch and hold
 * records by their time of arrival.
 */
export class TumblingWindow {
  readonly #options: TumblingWindowOptions;
  #startMs: number | undefined;
  #state: unknown = {};
  #isLast = false;

  /** @param open the window as it was left */
  constructor(options: TumblingWindowOptions, open?: OpenWindow) {
    this.#options = options;
    if (!open) return;
    this.#startMs = open.startMs;
    this.#state = open.state;
  }

  /** @returns undefined when no window is open */
  get current(): OpenWindow | undefined {
    return this.#startMs === undefined ? undefined : { startMs: this.#startMs, state: this.#state };
  }

  get isOpen(): boolean {
    return this.#startMs !== undefined;
  }

  /** The state has outgrown its limit: the window ends early. */
  get isTooLarge(): boolean {
    return Buffer.byteLength(JSON.stringify(this.#state)) > LARGEST_STATE_BYTES;
  }

  /** Opens the window of this time, unless one is open. */
  open(arrivalMs: number): void {
    this.#startMs ??= Math.floor(arrivalMs / this.#options.sizeMs) * this.#options.sizeMs;
  }

  covers(arrivalMs: number): boolean {
    if (this.#startMs === undefined) return false;
    return arrivalMs < this.#startMs + this.#options.sizeMs;
  }

  /** 0 when it is over, Infinity when no window is open. */
  msUntilEnd(nowMs: number): number {
    if (this.#startMs === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.#startMs + this.#options.sizeMs - nowMs);
  }

  beginLastInvocation(): void {
    this.#isLast = true;
  }

  close(): void {
    this.#startMs = undefined;
    this.#state = {};
    this.#isLast = false;
  }

  eventMembers(): Record<string, unknown> {
    const startMs = this.#startMs ?? 0;
    return {
      window: { start: rfc3339(startMs), end: rfc3339(startMs + this.#options.sizeMs) },
      state: this.#state,
      shardId: this.#options.shardId,
      eventSourceARN: this.#options.eventSourceArn,
      isFinalInvokeForWindow: this.#isLast,
      isWindowTerminatedEarly: this.#isLast && this.isTooLarge,
    };
  }

  /** Takes over the returned state; without one the invocation counts as failed, except for the last of the window. */
  judge(payload: string): AttemptVerdict {
    if (this.#isLast) return { kind: 'success' };
    const answer: unknown = JSON.parse(payload);
    const state = typeof answer === 'object' && answer !== null ? (answer as { state?: unknown }).state : undefined;
    if (state === undefined) return { kind: 'failed' };
    this.#state = state;
    return { kind: 'success' };
  }
}

function rfc3339(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

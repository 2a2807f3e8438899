import { matchesError } from './error-match.ts';
import type { StateFailure } from './state-failure.ts';

/** One entry of a state's `Retry`. */
interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

/** Which retrier acts on a failure, and how long to wait. */
export interface RetryDecision {
  readonly retrierIndex: number;
  readonly delayMs: number;
}

const DEFAULTS = { IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 };

/** Counts the attempts of one visit to a state, for each retrier on its own. */
export class RetryPolicy {
  readonly #retriers: readonly Retrier[];
  readonly #attempts: number[];

  /** `retry` is the state's field, already validated; `attempts` those of each retrier so far, and counted on. */
  constructor(retry: unknown, attempts: number[]) {
    this.#retriers = Array.isArray(retry) ? retry : [];
    while (attempts.length < this.#retriers.length) attempts.push(0);
    this.#attempts = attempts;
  }

  /** @returns undefined when the failure is not to be retried */
  next(failure: StateFailure, random: () => number): RetryDecision | undefined {
    const retrierIndex = this.#retriers.findIndex(retrier => matchesError(retrier.ErrorEquals, failure));
    const retrier = this.#retriers[retrierIndex];
    const attempt = this.#attempts[retrierIndex];
    if (!retrier || attempt === undefined) return undefined;
    if (attempt >= (retrier.MaxAttempts ?? DEFAULTS.MaxAttempts)) return undefined;
    this.#attempts[retrierIndex] = attempt + 1;
    return { retrierIndex, delayMs: delaySeconds(retrier, attempt, random) * 1000 };
  }
}

function delaySeconds(retrier: Retrier, attempt: number, random: () => number): number {
  const { IntervalSeconds, BackoffRate } = { ...DEFAULTS, ...retrier };
  const backedOff = IntervalSeconds * BackoffRate ** attempt;
  const bounded = Math.min(backedOff, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return retrier.JitterStrategy === 'FULL' ? bounded * random() : bounded;
}

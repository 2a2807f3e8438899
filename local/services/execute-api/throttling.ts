/**
 * Throttling by token bucket, on the clock (developer guide, "Throttling requests to your HTTP API"): each route of a stage
 * has a bucket of its own, with the route's limits or the stage's default ones. A stage without limits throttles
 * nothing here: the limits of the account are not modelled.
 */
import type { Clock } from '../../time/clock.ts';
import type { HttpStage, RouteSettings } from './http-api.ts';

/** The account's limits, which stand in for the one that is missing when only the other is set. */
const ACCOUNT_BURST = 5000;
const ACCOUNT_RATE_PER_SECOND = 10_000;

interface Bucket {
  tokens: number;
  filledMs: number;
}

export class Throttling {
  readonly #clock: Clock;
  readonly #buckets = new WeakMap<HttpStage, Map<string, Bucket>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a token for a request. @returns false when there is none: the request is to be refused */
  admits(stage: HttpStage, routeKey: string): boolean {
    const limits = limitsOf({ ...stage.defaultRoute, ...stage.routes?.[routeKey] });
    if (!limits) return true;
    const bucket = this.#bucketOf(stage, routeKey, limits.burst);
    const nowMs = this.#clock.now();
    const refill = ((nowMs - bucket.filledMs) / 1000) * limits.ratePerSecond;
    bucket.tokens = Math.min(limits.burst, bucket.tokens + refill);
    bucket.filledMs = nowMs;
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }

  /** Full at first, and after the stage has been changed. */
  #bucketOf(stage: HttpStage, routeKey: string, burst: number): Bucket {
    const ofStage = this.#buckets.get(stage) ?? new Map<string, Bucket>();
    this.#buckets.set(stage, ofStage);
    const bucket = ofStage.get(routeKey) ?? { tokens: burst, filledMs: this.#clock.now() };
    ofStage.set(routeKey, bucket);
    return bucket;
  }
}

function limitsOf(settings: RouteSettings): { burst: number; ratePerSecond: number } | undefined {
  const { ThrottlingBurstLimit: burst, ThrottlingRateLimit: rate } = settings;
  if (burst === undefined && rate === undefined) return undefined;
  return { burst: burst ?? ACCOUNT_BURST, ratePerSecond: rate ?? ACCOUNT_RATE_PER_SECOND };
}

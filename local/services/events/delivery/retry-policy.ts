import type { Ids } from '../../../cloud/ids.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { numberMember } from '../request-members.ts';

export interface RetryPolicy {
  readonly maximumRetryAttempts: number;
  readonly maximumAgeMs: number;
}

const DEFAULT_RETRY_ATTEMPTS = 185;
const DEFAULT_AGE_SECONDS = 86_400;

/**
 * AWS says "exponential back-off and jitter" and no numbers. These spread the default 185 attempts over the default day.
 */
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 600_000;

/** A target's `RetryPolicy`, with EventBridge's defaults. */
export function retryPolicy(policy: JsonObject | undefined): RetryPolicy {
  const attempts = policy && numberMember(policy, 'MaximumRetryAttempts');
  const age = policy && numberMember(policy, 'MaximumEventAgeInSeconds');
  return {
    maximumRetryAttempts: attempts ?? DEFAULT_RETRY_ATTEMPTS,
    maximumAgeMs: (age ?? DEFAULT_AGE_SECONDS) * 1000,
  };
}

/** How long to wait before a retry, from half the full delay to all of it. @param retry 1 for the first */
export function retryDelayMs(retry: number, ids: Ids): number {
  const full = Math.min(FIRST_DELAY_MS * 2 ** (retry - 1), LONGEST_DELAY_MS);
  return Math.round(full / 2 + (full / 2) * ids.random());
}

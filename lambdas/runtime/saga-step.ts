import type { Result } from '../../core/index.ts';
import type { Refusal } from '../../domains/travel/saga/refusal.ts';
import type { Metrics } from './metrics.ts';

/** A step's refusal as an error: its name is what the state machine catches and does not retry. */
export class StepRefused extends Error {
  constructor(refusal: Refusal) {
    super(refusal.reason);
    this.name = refusal.name;
  }
}

/**
 * The one place where refusals become errors of the States Language. Each is counted as `Refused`: Lambda counts it among
 * the function's errors, and only the difference of the two says that something is broken.
 *
 * @throws StepRefused
 */
export function stepResult<Value>(result: Result<Value, Refusal>, metrics: Metrics): Value {
  if (result.ok) return result.value;
  metrics({ Refused: 1 });
  throw new StepRefused(result.problem);
}

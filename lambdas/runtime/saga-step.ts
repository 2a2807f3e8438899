import type { Result } from '../../core/index.ts';
import type { Refusal } from '../../domains/travel/saga/refusal.ts';

/** A step's refusal as an error: its name is what the state machine catches and does not retry. */
export class StepRefused extends Error {
  constructor(refusal: Refusal) {
    super(refusal.reason);
    this.name = refusal.name;
  }
}

/** The one place where refusals become errors of the States Language. @throws StepRefused */
export function stepResult<Value>(result: Result<Value, Refusal>): Value {
  if (result.ok) return result.value;
  throw new StepRefused(result.problem);
}

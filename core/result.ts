/** Success with a value, or a refusal with its reason. Refusals of the domain are values, never exceptions. */
export type Result<Value, Problem> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem };

/** A success. */
export function accepted<Value>(value: Value): Result<Value, never> {
  return { ok: true, value };
}

/** A refusal. */
export function refused<Problem>(problem: Problem): Result<never, Problem> {
  return { ok: false, problem };
}

/** How a state fails: the `Error` and `Cause` of the States Language, and what may be done about it. */
export interface FailureOptions {
  readonly error: string | undefined;
  readonly cause?: string | undefined;
  /** Retry and Catch do not see it: the execution fails. */
  readonly terminal?: boolean;
  /** The cause still has to be told which state it happened in. */
  readonly unlocated?: boolean;
  /** Where in the state a query failed (`Output/total`); set for query evaluation errors only. */
  readonly location?: string;
  /** A further name by which retriers and catchers may know it. */
  readonly alias?: string;
}

/** A state cannot complete. */
export class StateFailure extends Error {
  readonly code = 'StateFailure';
  readonly failure: FailureOptions;

  constructor(failure: FailureOptions, source?: unknown) {
    super(`${failure.error}: ${failure.cause}`, { cause: source });
    this.failure = failure;
  }
}

/** The execution, or the branch that this work belongs to, was ended from outside. */
export class BranchAborted extends Error {
  readonly code = 'BranchAborted';
}

/** `States.Runtime`: the state machine cannot work with the data that it met. Never retried, never caught. */
export function runtimeFailure(detail: string, source?: unknown): StateFailure {
  return new StateFailure({ error: 'States.Runtime', cause: detail, terminal: true, unlocated: true }, source);
}

/** `States.QueryEvaluationError`: a JSONata expression failed, or answered something that its field cannot hold. */
export function queryFailure(detail: string, location: string, source?: unknown): StateFailure {
  return new StateFailure({ error: 'States.QueryEvaluationError', cause: detail, unlocated: true, location }, source);
}

/** A result is larger than a state may hand on. */
export function dataLimitFailure(place: string): StateFailure {
  return new StateFailure({
    error: 'States.DataLimitExceeded',
    cause: `The state/task '${place}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  });
}

export function timeoutFailure(alias?: string): StateFailure {
  return new StateFailure({ error: 'States.Timeout', ...(alias ? { alias } : {}) });
}

/** Says in the cause which state it happened in, once. */
export function locateFailure(failure: StateFailure, stateName: string, enteredEventId: number): StateFailure {
  if (!failure.failure.unlocated) return failure;
  const place = `An error occurred while executing the state '${stateName}' (entered at the event id #${enteredEventId}).`;
  return new StateFailure(
    { ...failure.failure, cause: `${place} ${failure.failure.cause}`, unlocated: false },
    failure,
  );
}

/** `Error` and `Cause` as a catcher sees them. */
export function errorOutput(failure: StateFailure): { Error?: string; Cause?: string } {
  const { error, cause } = failure.failure;
  return { ...(error === undefined ? {} : { Error: error }), ...(cause === undefined ? {} : { Cause: cause }) };
}

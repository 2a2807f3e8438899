import type { ExecutionHistory } from './execution/execution-history.ts';
import type { StateMachine } from './state-machine.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One execution of a state machine. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  /** The machine as it was when the execution started. */
  readonly stateMachine: StateMachine;
  /** JSON text. */
  readonly input: string;
  /** Epoch seconds. */
  readonly startDate: number;
  readonly history: ExecutionHistory;
  /** Resolves when the execution has ended. */
  readonly ended: Promise<void>;
  /** Ends the execution from outside. */
  readonly abort: (ending: Ending) => void;
  status: ExecutionStatus;
  stopDate?: number;
  output?: string;
  error?: string;
  cause?: string;
}

/** Why an execution ends before its states do. */
export interface Ending {
  readonly status: 'ABORTED' | 'TIMED_OUT';
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

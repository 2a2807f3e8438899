import type { JsonObject } from '../../cloud/service.ts';
import type { StateGraph } from './definition/state-definition.ts';
import type { ExecutionHistory } from './execution/execution-history.ts';
import type { Progress } from './execution/progress.ts';
import type { StateMachine, StateMachineType } from './state-machine.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One execution of a state machine, or of what a Map run does with an item. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  /** The machine as it was when the execution started. */
  readonly stateMachine: StateMachine;
  /** The machine's type, or that which the Map gives its children. */
  readonly type: StateMachineType;
  /** The states that it runs. */
  readonly graph: StateGraph;
  /** Set when a Map run dispatched it. */
  readonly origin: MapOrigin | undefined;
  /** Version and alias by which the machine was named when the execution was started. */
  readonly qualifiers: MachineQualifiers;
  /** JSON text. */
  readonly input: string;
  /** Epoch seconds. */
  readonly startDate: number;
  readonly history: ExecutionHistory;
  /** Where it stands. */
  readonly progress: Progress;
  /** Nobody is interested in it but the caller that waits for its end (`StartSyncExecution`). */
  readonly endsWithCaller: boolean;
  /** Resolves when the execution has ended. */
  ended: Promise<void>;
  /** Ends the execution from outside. */
  abort: (ending: Ending) => void;
  /** Set when it has been ended from outside, even if its states have not all heard of it. */
  ending?: Ending;
  status: ExecutionStatus;
  stopDate?: number;
  output?: string;
  error?: string;
  cause?: string;
  redriveCount: number;
  redriveDate?: number;
}

export interface MapOrigin {
  readonly mapRunArn: string;
  /** Which of the run's children it is. */
  readonly index: number;
  /** `<machine>/<label>` */
  readonly machineName: string;
  /** `$$.Map` of the item; absent for a batch. */
  readonly mapContext?: JsonObject;
  /** How often the run had been redriven when it last set the child going. */
  pass: number;
}

export interface MachineQualifiers {
  readonly versionArn?: string;
  readonly aliasArn?: string;
}

/** Why an execution ends before its states do. */
export interface Ending {
  readonly status: 'ABORTED' | 'TIMED_OUT';
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

import type { StateVisit } from '../execution/state-visit.ts';
import type { IntegrationPattern } from './task-resource.ts';

/** One call of a service by a task. */
export interface TaskCall {
  readonly visit: StateVisit;
  readonly action: string;
  readonly pattern: IntegrationPattern;
  /** What the state made of its input. */
  readonly parameters: unknown;
  /** Takes the service's first answer of a task that goes on (`.sync`). */
  readonly submitted: (response: unknown) => void;
}

/** Calls a service and answers the task's result. @throws StateFailure in the names that AWS gives errors */
export type TaskIntegration = (call: TaskCall) => Promise<unknown>;

import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { Activities } from './execution/activities.ts';
import { TaskTokens } from './execution/task-tokens.ts';
import type { Execution } from './execution.ts';
import type { StateMachine } from './state-machine.ts';

/** What Step Functions keeps: the machines, their executions, and the tasks that wait for an answer. */
export class StatesEngine {
  readonly cloud: Cloud;
  readonly stateMachines = new Map<string, StateMachine>();
  readonly executions = new Map<string, Execution>();
  readonly tokens: TaskTokens;
  readonly activities = new Activities();

  constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.tokens = new TaskTokens(cloud.ids);
    cloud.onClose(() => this.#stopAll());
  }

  /** @throws AwsError (StateMachineDoesNotExist) */
  stateMachine(arn: unknown): StateMachine {
    const found = this.stateMachines.get(String(arn));
    if (found) return found;
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }

  /** @throws AwsError (ExecutionDoesNotExist) */
  execution(arn: unknown): Execution {
    const found = this.executions.get(String(arn));
    if (found) return found;
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  #stopAll(): void {
    for (const execution of this.executions.values()) {
      if (execution.status === 'RUNNING') execution.abort({ status: 'ABORTED' });
    }
  }
}

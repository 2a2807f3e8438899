import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { Activities } from './execution/activities.ts';
import { MapRuns } from './execution/map-runs.ts';
import { TaskTokens } from './execution/task-tokens.ts';
import type { Execution, MachineQualifiers } from './execution.ts';
import { KeptMap } from './kept-map.ts';
import { MachineNames, routedVersionArn } from './machine-names.ts';
import type { StateMachine } from './state-machine.ts';
import { NO_CHANGES, type StatesChanges } from './states-changes.ts';

/** A machine as an ARN names it: itself, a version of it, or through an alias. */
export interface NamedMachine extends MachineQualifiers {
  readonly machine: StateMachine;
}

/** What Step Functions keeps: the machines, their executions, and the tasks that wait for an answer. */
export class StatesEngine {
  readonly cloud: Cloud;
  readonly stateMachines = new KeptMap<StateMachine>();
  readonly machineNames = new MachineNames();
  readonly executions = new KeptMap<Execution>();
  /** Those that ran when an earlier process died, until they go on. */
  readonly interrupted = new Set<Execution>();
  /** When a redrive was asked for (epoch seconds), by execution and client token. */
  readonly redrives = new KeptMap<number>();
  readonly tokens: TaskTokens;
  readonly activities = new Activities();
  readonly mapRuns = new MapRuns();
  changes: StatesChanges = NO_CHANGES;

  constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.tokens = new TaskTokens(cloud.ids);
    cloud.onClose(() => this.#stopAll());
  }

  /** The machine itself, by its own ARN. @throws AwsError (StateMachineDoesNotExist) */
  stateMachine(arn: unknown): StateMachine {
    const found = this.stateMachines.get(String(arn));
    if (found) return found;
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }

  /** The machine that an execution would run: an alias is followed to one of its versions. @throws AwsError (StateMachineDoesNotExist) */
  machineNamed(arn: unknown): NamedMachine {
    const alias = this.machineNames.aliases.get(String(arn));
    const versionArn = alias ? routedVersionArn(alias, this.cloud.ids) : String(arn);
    const version = this.machineNames.versions.get(String(versionArn));
    if (!version) return { machine: this.stateMachine(arn) };
    return { machine: version.machine, versionArn: version.arn, ...(alias ? { aliasArn: alias.arn } : {}) };
  }

  /** @throws AwsError (ExecutionDoesNotExist, or InvalidArn for an Express execution: nobody can ask for one) */
  execution(arn: unknown): Execution {
    const found = this.executions.get(String(arn));
    if (found) return found;
    if (String(arn).includes(':express:')) {
      throw new AwsError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: express'`);
    }
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  #stopAll(): void {
    for (const execution of this.executions.values()) {
      if (execution.status === 'RUNNING') execution.abort({ status: 'ABORTED' });
    }
  }
}

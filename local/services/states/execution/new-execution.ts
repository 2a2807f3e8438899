import type { JsonObject } from '../../../cloud/service.ts';
import type { StateGraph } from '../definition/state-definition.ts';
import type { Execution, MachineQualifiers, MapOrigin } from '../execution.ts';
import type { StateMachine, StateMachineType } from '../state-machine.ts';
import type { StatesEngine } from '../states-engine.ts';
import { ExecutionHistory } from './execution-history.ts';
import { executionLog } from './execution-log.ts';
import { rootProgress } from './progress.ts';

/** An execution that is to be started. */
export interface ExecutionRequest {
  readonly stateMachine: StateMachine;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
  readonly qualifiers?: MachineQualifiers;
  /** Set for a child of a Map run. */
  readonly child?: ChildOptions;
  /** @default false */
  readonly endsWithCaller?: boolean;
}

export interface ChildOptions {
  readonly origin: MapOrigin;
  readonly type: StateMachineType;
  readonly graph: StateGraph;
}

/** An execution before its first event. */
export function newExecution(engine: StatesEngine, request: ExecutionRequest): Execution {
  const { stateMachine, name, child } = request;
  const type = child?.type ?? stateMachine.type;
  const arn = executionArn(engine, { machineName: child?.origin.machineName ?? stateMachine.name, name, type });
  return assembleExecution(engine, { ...request, arn, startDate: engine.cloud.clock.now() / 1000 });
}

/** An execution at its beginning, as it is or was started. */
export function assembleExecution(
  engine: StatesEngine,
  request: ExecutionRequest & { readonly arn: string; readonly startDate: number },
): Execution {
  const { arn, name, stateMachine, input, startDate, child, qualifiers = {}, endsWithCaller = false } = request;
  const type = child?.type ?? stateMachine.type;
  const log = executionLog(engine.cloud, { stateMachine, arn, startDate });
  const execution: Execution = {
    arn,
    name,
    stateMachine,
    type,
    graph: child?.graph ?? stateMachine.definition,
    origin: child?.origin,
    qualifiers,
    input,
    startDate,
    history: new ExecutionHistory(engine.cloud.clock, {
      type,
      onEvent: (event, thread) => {
        engine.changes.event(arn, event.id);
        engine.changes.progress(arn, thread.path);
        log(event);
      },
    }),
    progress: rootProgress(),
    endsWithCaller,
    ended: Promise.resolve(),
    abort: ending => {
      if (execution.status !== 'RUNNING') return;
      execution.ending ??= ending; // it is ended as soon as it goes on
      engine.changes.outcome(arn);
    },
    status: 'RUNNING',
    redriveCount: 0,
  };
  return execution;
}

interface Naming {
  readonly machineName: string;
  readonly name: string;
  readonly type: StateMachineType;
}

function executionArn({ cloud }: StatesEngine, { machineName, name, type }: Naming): string {
  if (type === 'STANDARD') return cloud.arn('states', `execution:${machineName}:${name}`);
  return cloud.arn('states', `express:${machineName}:${name}:${cloud.ids.uuid()}`);
}

/** `$$.Execution` */
export function executionContext(execution: Execution, input: unknown): JsonObject {
  const { arn, name, type, startDate, stateMachine, redriveCount, redriveDate } = execution;
  const redriven = redriveDate === undefined ? {} : { RedriveTime: new Date(redriveDate * 1000).toISOString() };
  return {
    Id: arn,
    Input: input,
    StartTime: new Date(startDate * 1000).toISOString(),
    Name: name,
    RoleArn: stateMachine.roleArn,
    ...(type === 'STANDARD' ? { RedriveCount: redriveCount, ...redriven } : {}),
  };
}

import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { Execution } from '../execution.ts';
import type { StatesEngine } from '../states-engine.ts';
import type { Action } from './action.ts';
import { machineArnOf } from './describe-execution.ts';
import { pageOf } from './pages.ts';

/** `ListExecutions`: the executions of a machine or a Map run, the newest first, of one status if asked. */
export const listExecutions: Action = engine => input => {
  const found = (input.mapRunArn === undefined ? ofMachine(engine, input) : ofMapRun(engine, input))
    .filter(({ status }) => input.statusFilter === undefined || status === input.statusFilter)
    .filter(({ redriveCount }) => fitsRedriveFilter(redriveCount, input.redriveFilter))
    .reverse();
  const { items, nextToken } = pageOf(found, input);
  return { executions: items.map(listed), ...(nextToken === undefined ? {} : { nextToken }) };
};

function ofMachine(engine: StatesEngine, { stateMachineArn }: JsonObject): Execution[] {
  const { machine, versionArn, aliasArn } = engine.machineNamed(stateMachineArn);
  if (machine.type === 'EXPRESS') {
    throw new AwsError('StateMachineTypeNotSupported', 'This operation is not supported by this type of state machine');
  }
  return [...engine.executions.values()].filter(
    ({ stateMachine, origin, qualifiers }) =>
      stateMachine.arn === machine.arn &&
      !origin &&
      (aliasArn === undefined
        ? versionArn === undefined || qualifiers.versionArn === versionArn
        : qualifiers.aliasArn === aliasArn),
  );
}

function ofMapRun(engine: StatesEngine, { mapRunArn, stateMachineArn }: JsonObject): Execution[] {
  if (stateMachineArn !== undefined) {
    throw new AwsError('ValidationException', 'Only one of stateMachineArn and mapRunArn can be specified');
  }
  const run = engine.mapRuns.get(String(mapRunArn));
  if (!run) throw new AwsError('ResourceNotFound', `Resource not found: '${mapRunArn}'`);
  return run.children.filter(child => child !== undefined);
}

function fitsRedriveFilter(redriveCount: number, filter: unknown): boolean {
  if (filter === 'REDRIVEN') return redriveCount > 0;
  return filter === 'NOT_REDRIVEN' ? redriveCount === 0 : true;
}

function listed(execution: Execution): JsonObject {
  const { arn, name, status, startDate, stopDate, origin, qualifiers, redriveCount, redriveDate } = execution;
  return {
    executionArn: arn,
    stateMachineArn: machineArnOf(execution),
    ...(qualifiers.versionArn === undefined ? {} : { stateMachineVersionArn: qualifiers.versionArn }),
    ...(qualifiers.aliasArn === undefined ? {} : { stateMachineAliasArn: qualifiers.aliasArn }),
    ...(origin ? { mapRunArn: origin.mapRunArn } : {}),
    name,
    status,
    startDate,
    ...(stopDate === undefined ? {} : { stopDate }),
    ...(redriveCount === 0 ? {} : { redriveCount, redriveDate }),
  };
}

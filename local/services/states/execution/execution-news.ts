import type { Cloud } from '../../../cloud/cloud.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { Execution } from '../execution.ts';
import { redriveMembers } from './redrive-status.ts';

const METRICS = {
  RUNNING: 'ExecutionsStarted',
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

/** Escaped input and output of an event together: above this, the event goes without them. */
const LARGEST_EVENT_DATA_BYTES = 248 * 1024;

/** Tells CloudWatch and the default event bus that an execution runs. Children of a Map run are not told of. */
export function announceStart(cloud: Cloud, execution: Execution): void {
  if (execution.origin) return;
  const name = execution.redriveCount === 0 ? METRICS.RUNNING : 'RedrivenExecutions';
  cloud.metrics({ ...metric(execution, name, 1), unit: 'Count' });
  publishStatus(cloud, execution);
}

/** Tells whoever waits for the execution, CloudWatch and the default event bus that it has ended. */
export function announceEnd(cloud: Cloud, execution: Execution): void {
  if (!execution.origin) {
    const durationMs = ((execution.stopDate ?? execution.startDate) - execution.startDate) * 1000;
    cloud.metrics({ ...metric(execution, METRICS[execution.status], 1), unit: 'Count' });
    cloud.metrics({ ...metric(execution, 'ExecutionTime', durationMs), unit: 'Milliseconds' });
    publishStatus(cloud, execution);
  }
  cloud.signals.notify(execution.arn);
}

/** The service metric of state transitions, of which Express workflows have none. */
export function announceTransition(cloud: Cloud, { type }: Execution): void {
  if (type === 'EXPRESS') return;
  const dimensions = { ServiceMetric: 'StateTransition' };
  cloud.metrics({ namespace: 'AWS/States', name: 'ConsumedCapacity', dimensions, value: 1, unit: 'Count' });
}

function metric(execution: Execution, name: string, value: number) {
  return { namespace: 'AWS/States', name, dimensions: { StateMachineArn: execution.stateMachine.arn }, value };
}

/** Step Functions tells of Standard executions only, and does not wait for the bus. */
function publishStatus(cloud: Cloud, execution: Execution): void {
  const { stateMachine, arn, type } = execution;
  if (type === 'EXPRESS' || !cloud.service('events')) return;
  const entry = {
    Source: 'aws.states',
    DetailType: 'Step Functions Execution Status Change',
    Resources: [arn],
    Time: cloud.clock.now() / 1000,
    Detail: JSON.stringify(detailOf(execution, cloud.clock.now())),
  };
  void cloud
    .call({
      service: 'events',
      operation: 'PutEvents',
      input: { Entries: [entry] },
      principal: { kind: 'service', service: 'states.amazonaws.com', sourceArn: stateMachine.arn },
    })
    .catch((error: unknown) => {
      const message = `Cannot tell of ${arn}: ${String(error)}`;
      cloud.logs({ logGroup: '/aws/vendedlogs/states/status-events', logStream: stateMachine.name, message });
    });
}

function detailOf(execution: Execution, nowMs: number): JsonObject {
  const { arn, name, status, startDate, stopDate, qualifiers, error, cause, redriveDate } = execution;
  return {
    executionArn: arn,
    stateMachineArn: execution.stateMachine.arn,
    stateMachineVersionArn: qualifiers.versionArn ?? null,
    stateMachineAliasArn: qualifiers.aliasArn ?? null,
    name,
    status,
    startDate: milliseconds(startDate),
    stopDate: milliseconds(stopDate),
    ...dataOf(execution),
    error: error ?? null,
    cause: cause ?? null,
    redriveStatusReason: null,
    ...redriveMembers(execution, nowMs),
    redriveDate: milliseconds(redriveDate),
  };
}

function dataOf(execution: Execution): JsonObject {
  const { input } = execution;
  const output = execution.output ?? null;
  const included = Buffer.byteLength(JSON.stringify([input, output])) <= LARGEST_EVENT_DATA_BYTES;
  return {
    input: included ? input : null,
    inputDetails: { included },
    output: included ? output : null,
    outputDetails: output === null ? null : { included },
  };
}

function milliseconds(epochSeconds: number | undefined): number | null {
  return epochSeconds === undefined ? null : Math.round(epochSeconds * 1000);
}

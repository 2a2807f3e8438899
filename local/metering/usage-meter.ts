/**
 * Adds up what the bill would be made of, by service, resource, unit and caller.
 *
 * 1. What a service refused is not counted, but for writes whose condition failed: those are billed.
 * 2. Calls of the operator (provisioning, the console, who watches) are counted under `operator`, which is nobody's bill.
 * 3. Nothing is kept of a call but its quantities.
 * 4. What a function is given counts as its own, whoever calls it: the mappings act for nobody.
 */
import type { Principal } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import type { LogLine, MetricDatum } from '../cloud/telemetry.ts';
import { lambdaUsage, s3Usage, statesUsage } from './compute-usage.ts';
import { dynamodbUsage, refusedDynamodbUsage } from './dynamodb-usage.ts';
import { kinesisUsage } from './kinesis-usage.ts';
import { eventsUsage, snsUsage, sqsUsage } from './messaging-usage.ts';
import type { Usage, UsageTotal } from './usage.ts';

/** One call that a service has carried out. */
export interface MeteredCall {
  readonly service: string;
  readonly operation: string;
  readonly input: JsonObject;
  readonly principal: Principal;
}

export interface UsageMeter {
  carriedOut(call: MeteredCall, answer: JsonObject): void;
  /** @param code the name of the error */
  refused(call: MeteredCall, code: string): void;
  log(line: LogLine): void;
  metric(datum: MetricDatum): void;
  add(caller: string, usage: Usage): void;
  /** Since the meter began; by service, resource, unit and caller. */
  read(): readonly UsageTotal[];
  /** Metrics outside the `AWS/` namespaces, each paid for by the month: `<namespace> <name> <dimensions>`. */
  customMetrics(): readonly string[];
}

/** CloudWatch Logs counts so many bytes for each event besides its text. */
const EVENT_OVERHEAD_BYTES = 26;
const AWS_NAMESPACE = /^AWS\//;

export function usageMeter(): UsageMeter {
  const totals = new Map<string, UsageTotal & { quantity: number }>();
  const metrics = new Set<string>();

  function add(caller: string, { service, resource, unit, quantity }: Usage): void {
    const key = `${service}\n${resource}\n${unit}\n${caller}`;
    const total = totals.get(key);
    if (total) total.quantity += quantity;
    else totals.set(key, { service, resource, unit, caller, quantity });
  }

  return {
    add,
    carriedOut(call, answer) {
      const caller = callerOf(call.principal);
      const usage = usageOf(call, answer);
      for (const each of usage) add(each.unit === 'payload-bytes' ? each.resource : caller, each);
      const resource = usage[0]?.resource ?? '';
      add(caller, {
        service: call.service,
        resource: `${resource} ${call.operation}`.trim(),
        unit: 'calls',
        quantity: 1,
      });
    },
    refused({ service, operation, input, principal }, code) {
      if (service !== 'dynamodb') return;
      for (const usage of refusedDynamodbUsage(operation, input, code)) add(callerOf(principal), usage);
    },
    log({ logGroup, message }) {
      const quantity = Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
      add(logGroup, { service: 'logs', resource: logGroup, unit: 'ingested-bytes', quantity });
    },
    metric(datum) {
      if (!AWS_NAMESPACE.test(datum.namespace)) metrics.add(metricName(datum));
      else measure(datum, add);
    },
    read: () => [...totals.values()].map(total => ({ ...total })),
    customMetrics: () => [...metrics].sort(),
  };
}

function usageOf({ service, operation, input, principal }: MeteredCall, answer: JsonObject): Usage[] {
  switch (service) {
    case 'kinesis':
      return kinesisUsage(operation, input, answer);
    case 'dynamodb':
      return dynamodbUsage(operation, answer);
    case 'sqs':
      return sqsUsage(operation, input, answer);
    case 'sns':
      return snsUsage(operation, input);
    case 'events':
      return eventsUsage(operation, input, principal);
    case 'lambda':
      return lambdaUsage(operation, { input, answer, principal });
    case 'states':
      return statesUsage(operation, input);
    case 's3':
      return s3Usage(operation, input);
    default:
      return [];
  }
}

/** Functions' runs and state transitions are known by the metrics that AWS publishes of them. */
function measure({ namespace, name, dimensions, value }: MetricDatum, add: UsageMeter['add']): void {
  if (namespace === 'AWS/Lambda' && (name === 'Invocations' || name === 'Duration')) {
    const resource = dimensions.FunctionName ?? '';
    const unit = name === 'Invocations' ? 'invocations' : 'duration-ms';
    add(resource, { service: 'lambda', resource, unit, quantity: value });
  }
  if (namespace === 'AWS/States' && name === 'ConsumedCapacity' && dimensions.ServiceMetric === 'StateTransition') {
    add('states', { service: 'states', resource: '', unit: 'transitions', quantity: value });
  }
}

function metricName({ namespace, name, dimensions }: MetricDatum): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return [namespace, name, ...sorted.map(([key, value]) => `${key}=${value}`)].join(' ');
}

function callerOf(principal: Principal): string {
  switch (principal.kind) {
    case 'operator':
      return 'operator';
    case 'role':
      return principal.roleArn.slice(principal.roleArn.lastIndexOf('/') + 1);
    case 'service':
      return principal.service;
  }
}

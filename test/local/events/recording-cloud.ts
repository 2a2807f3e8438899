import { AwsError } from '../../../local/cloud/aws-error.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR, type Principal } from '../../../local/cloud/principal.ts';
import type { JsonObject, Service } from '../../../local/cloud/service.ts';
import type { MetricDatum } from '../../../local/cloud/telemetry.ts';
import { eventsService } from '../../../local/services/events/events-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

export interface RecordedCall {
  readonly atMs: number;
  readonly service: string;
  readonly operation: string;
  readonly input: JsonObject;
  readonly principal: Principal;
}

/** EventBridge among services that only remember how they were called, and fail when told to. */
export class RecordingCloud {
  readonly clock = new VirtualClock();
  readonly cloud: Cloud;
  readonly calls: RecordedCall[] = [];
  readonly metrics: MetricDatum[] = [];
  readonly logLines: { logGroup: string; message: string }[] = [];
  /** Throws to make a call fail. */
  fail: (call: RecordedCall) => void = () => {};

  constructor() {
    this.cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock: this.clock, ids: seededIds(1) });
    this.cloud.metrics = datum => this.metrics.push(datum);
    this.cloud.logs = line => this.logLines.push(line);
    this.cloud.register(eventsService(this.cloud));
    this.#record('sqs', ['SendMessage']);
    this.#record('sns', ['Publish']);
    this.#record('lambda', ['Invoke']);
    this.#record('kinesis', ['PutRecord']);
    this.#record('states', ['StartExecution']);
  }

  events<Output = JsonObject>(operation: string, input: JsonObject = {}): Promise<Output> {
    return this.cloud.call<Output>({ service: 'events', operation, input, principal: OPERATOR });
  }

  /** Puts one event, by default `{}` of type `type` from `source`, and lets its deliveries begin. */
  async put(entry: JsonObject = {}): Promise<JsonObject> {
    const input = { Entries: [{ Source: 'source', DetailType: 'type', Detail: '{}', ...entry }] };
    const answer = await this.events('PutEvents', input);
    await this.clock.advance(0);
    return answer;
  }

  /** A rule for every event, or by `EventPattern`, with targets. */
  async rule(name: string, targets: readonly JsonObject[], rule: JsonObject = {}): Promise<void> {
    await this.events('PutRule', { Name: name, EventPattern: '{"source":[{"exists":true}]}', ...rule });
    const EventBusName = rule.EventBusName;
    await this.events('PutTargets', { Rule: name, EventBusName, Targets: targets });
  }

  /** What went into a queue. */
  messages(queue: string): readonly string[] {
    return this.calls
      .filter(call => String(call.input.QueueUrl).endsWith(`/${queue}`))
      .map(call => String(call.input.MessageBody));
  }

  count(metric: string): number {
    return this.metrics.filter(datum => datum.name === metric && !('EventBusName' in datum.dimensions)).length;
  }

  #record(name: string, operations: readonly string[]): void {
    const service: Service = { name, wire: { protocol: 'json', targetPrefix: name, version: '1.1' }, operations: {} };
    const record =
      (operation: string) =>
      (input: JsonObject, { principal }: { principal: Principal }) => {
        const call = { atMs: this.clock.now(), service: name, operation, input, principal };
        this.calls.push(call);
        this.fail(call);
        return {};
      };
    const entries = operations.map(operation => [operation, record(operation)]);
    this.cloud.register({ ...service, operations: Object.fromEntries(entries) });
  }
}

export const queue = (name: string): string => `arn:aws:sqs:eu-west-1:000000000000:${name}`;

export const throttled = (): never => {
  throw new AwsError('ThrottlingException', 'Rate exceeded', { status: 400 });
};

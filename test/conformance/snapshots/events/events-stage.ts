import { AwsError } from '../../../../local/cloud/aws-error.ts';
import { Cloud } from '../../../../local/cloud/cloud.ts';
import { seededIds } from '../../../../local/cloud/ids.ts';
import { OPERATOR } from '../../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../../local/cloud/service.ts';
import { authorisation } from '../../../../local/iam/authorisation.ts';
import { registerServices } from '../../../../local/services/roster.ts';
import { VirtualClock } from '../../../../local/time/virtual-clock.ts';

/** Longer than any delivery without retries takes. */
const DELIVERY_MS = 5_000;
const MAX_MESSAGES = 10;

export interface Queue {
  readonly url: string;
  readonly arn: string;
}

/** What a public test has at hand: an account with every service in it, IAM enforced, time that it can let pass. */
export class EventsStage {
  readonly clock = new VirtualClock();
  readonly cloud: Cloud;
  #names = 0;

  constructor() {
    this.cloud = new Cloud({ region: 'us-east-1', accountId: '000000000000', clock: this.clock, ids: seededIds(7) });
    registerServices(this.cloud);
    this.cloud.intercept(authorisation(this.cloud));
  }

  close(): Promise<void> {
    return this.cloud.close();
  }

  /** A name that no other resource of the test has. */
  name(kind: string): string {
    this.#names++;
    return `test-${kind}-${this.#names}x7f3`;
  }

  call<Output = JsonObject>(service: string, operation: string, input: JsonObject = {}): Promise<Output> {
    return this.cloud.call<Output>({ service, operation, input, principal: OPERATOR });
  }

  events<Output = JsonObject>(operation: string, input: JsonObject = {}): Promise<Output> {
    return this.call<Output>('events', operation, input);
  }

  /** An answer of EventBridge as the recorder saw it, with the HTTP status. */
  async answer(operation: string, input: JsonObject = {}): Promise<JsonObject> {
    return { ...(await this.events(operation, input)), ResponseMetadata: metadata(200) };
  }

  /** A refusal of EventBridge as the recorder saw it. @throws Error when the call is not refused */
  async refusal(operation: string, input: JsonObject = {}): Promise<JsonObject> {
    try {
      await this.events(operation, input);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { Error: { Code: error.code, Message: error.message }, ResponseMetadata: metadata(error.status) };
    }
    throw new Error(`Cannot repeat the test: ${operation} was accepted`);
  }

  /** @returns the ARN */
  async bus(name: string = this.name('bus')): Promise<string> {
    const { EventBusArn } = await this.events<{ EventBusArn: string }>('CreateEventBus', { Name: name });
    return EventBusArn;
  }

  /** @param kind `default` takes the default bus, anything else makes one */
  async busOf(kind: string): Promise<{ readonly name: string; readonly arn: string }> {
    if (kind === 'default') return { name: 'default', arn: this.cloud.arn('events', 'event-bus/default') };
    const name = this.name('bus');
    return { name, arn: await this.bus(name) };
  }

  /** A queue that takes messages from EventBridge and SNS. */
  async queue(): Promise<Queue> {
    const { QueueUrl: url } = await this.call<{ QueueUrl: string }>('sqs', 'CreateQueue', {
      QueueName: this.name('queue'),
    });
    const arn = this.cloud.arn('sqs', url.slice(url.lastIndexOf('/') + 1));
    const policy = allow({ Service: ['events.amazonaws.com', 'sns.amazonaws.com'] }, 'sqs:SendMessage', arn);
    await this.call('sqs', 'SetQueueAttributes', { QueueUrl: url, Attributes: { Policy: policy } });
    return { url, arn };
  }

  /** A role that EventBridge may take to do one thing. @returns the ARN */
  async role(action: string, resource: string): Promise<string> {
    const RoleName = this.name('role');
    const AssumeRolePolicyDocument = allow({ Service: 'events.amazonaws.com' }, 'sts:AssumeRole');
    await this.call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument });
    const PolicyDocument = allow(undefined, action, resource);
    await this.call('iam', 'PutRolePolicy', { RoleName, PolicyName: 'may', PolicyDocument });
    return `arn:aws:iam::${this.cloud.accountId}:role/${RoleName}`;
  }

  /** Puts events on a bus and lets their deliveries end. */
  async put(busName: string, entries: readonly JsonObject[]): Promise<JsonObject> {
    const Entries = entries.map(entry => ({ EventBusName: busName, ...entry }));
    const answer = await this.events('PutEvents', { Entries });
    await this.pass();
    return answer;
  }

  /** Takes everything out of a queue. */
  async messages({ url }: Queue): Promise<JsonObject[]> {
    const all: JsonObject[] = [];
    for (;;) {
      const input = { QueueUrl: url, MaxNumberOfMessages: MAX_MESSAGES };
      const { Messages = [] } = await this.call<{ Messages?: JsonObject[] }>('sqs', 'ReceiveMessage', input);
      if (Messages.length === 0) return all;
      for (const { ReceiptHandle } of Messages)
        await this.call('sqs', 'DeleteMessage', { QueueUrl: url, ReceiptHandle });
      all.push(...Messages);
    }
  }

  pass(durationMs: number = DELIVERY_MS): Promise<void> {
    return this.clock.advance(durationMs);
  }
}

/** The time on the stage in epoch seconds, as calls give it. */
export function nowSeconds({ clock }: EventsStage): number {
  return clock.now() / 1000;
}

function metadata(status: number): JsonObject {
  return { HTTPHeaders: {}, HTTPStatusCode: status };
}

/** A policy of one statement, as JSON text. */
export function allow(principal: JsonObject | undefined, action: string, resource?: string): string {
  const statement = { Sid: 'Allow', Effect: 'Allow', Principal: principal, Action: action, Resource: resource };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

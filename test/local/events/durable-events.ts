import { afterEach } from 'vitest';
import { AwsError } from '../../../local/cloud/aws-error.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { eventsService } from '../../../local/services/events/events-service.ts';
import { sqsService } from '../../../local/services/sqs/sqs-service.ts';
import { type RestartableCloud, type RestartableOptions, restartableClouds } from '../../support/restartable-cloud.ts';

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
export const BUS_ARN = 'arn:aws:events:eu-west-1:000000000000:event-bus/default';
export const EVERY_EVENT = '{"source":[{"exists":true}]}';
export const ROLE_ARN = 'arn:aws:iam::000000000000:role/r';

const removers: (() => Promise<void>)[] = [];

/** To be called by each file that starts clouds: ends them after each of its tests. */
export function endCloudsAfterEach(): void {
  afterEach(async () => {
    for (const remove of removers.splice(0)) await remove();
  });
}

/** EventBridge and queues; `fail` is asked before a queue takes a message, in every cloud. */
export async function startEvents(options: RestartableOptions = {}) {
  const world = { fail: (_queue: string) => false };
  const clouds = restartableClouds(cloud => {
    cloud.register(sqsService(cloud));
    cloud.register(eventsService(cloud));
    cloud.intercept(async ({ operation, input }, next) => {
      if (operation === 'SendMessage' && world.fail(String(input.QueueUrl).split('/').at(-1) ?? ''))
        throw new AwsError('ThrottlingException', 'Rate exceeded');
      return next();
    });
  }, options);
  removers.push(clouds.remove);
  return { world, running: await clouds.start() };
}

export const queueArn = (name: string): string => `arn:aws:sqs:eu-west-1:000000000000:${name}`;

export async function makeQueues({ call }: RestartableCloud, ...names: string[]): Promise<void> {
  for (const QueueName of names) await call('sqs', 'CreateQueue', { QueueName });
}

export async function makeRule({ call }: RestartableCloud, Name: string, targets: readonly JsonObject[], rule = {}) {
  await call('events', 'PutRule', { Name, EventPattern: EVERY_EVENT, ...rule });
  await call('events', 'PutTargets', { Rule: Name, Targets: targets });
}

export function target(queue: string, more: object = {}): JsonObject {
  return { Id: queue, Arn: queueArn(queue), ...more };
}

export async function put({ call }: RestartableCloud, ...details: number[]): Promise<void> {
  const Entries = details.map(n => ({ Source: 's', DetailType: 't', Detail: JSON.stringify({ n }) }));
  await call('events', 'PutEvents', { Entries });
}

interface Message {
  readonly Body: string;
  readonly ReceiptHandle: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue: string }>>;
}

/** Takes all messages out of a queue. */
export async function takeMessages({ call }: RestartableCloud, name: string): Promise<Message[]> {
  const QueueUrl = `http://x/000000000000/${name}`;
  const all: Message[] = [];
  for (;;) {
    const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
    const { Messages = [] } = await call<{ Messages?: Message[] }>('sqs', 'ReceiveMessage', input);
    if (Messages.length === 0) return all;
    all.push(...Messages);
    for (const { ReceiptHandle } of Messages) await call('sqs', 'DeleteMessage', { QueueUrl, ReceiptHandle });
  }
}

export async function takeNumbers(running: RestartableCloud, name: string): Promise<number[]> {
  return (await takeMessages(running, name)).map(({ Body }) => JSON.parse(Body).detail.n);
}

/** Of all that the archive `all` keeps of the first month. */
export function replay(ReplayName: string): JsonObject {
  return {
    ReplayName,
    EventSourceArn: 'arn:aws:events:eu-west-1:000000000000:archive/all',
    EventStartTime: Date.UTC(2026, 0, 1) / 1000,
    EventEndTime: Date.UTC(2026, 1, 1) / 1000,
    Destination: { Arn: BUS_ARN },
  };
}

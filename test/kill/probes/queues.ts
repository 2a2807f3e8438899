import type { AwsClient } from '../aws-client.ts';
import { type Probe, verdictOf } from '../probe.ts';

const arnOf = (name: string) => `arn:aws:sqs:eu-west-1:000000000000:${name}`;
const urlOf = (aws: AwsClient, name: string) => `${aws.endpoint}/000000000000/${name}`;

export async function createQueue(aws: AwsClient, QueueName: string, Attributes: Record<string, string> = {}) {
  await aws.json('sqs', 'CreateQueue', { QueueName, Attributes: { VisibilityTimeout: '600', ...Attributes } });
}

/** Lets a service send to the queue. */
export async function allowService(aws: AwsClient, name: string, service: string): Promise<void> {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 'sqs:SendMessage',
    Resource: arnOf(name),
  };
  await aws.json('sqs', 'SetQueueAttributes', {
    QueueUrl: urlOf(aws, name),
    Attributes: { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) },
  });
}

/** Receives until the queue has given nothing twice. */
export async function drainQueue(aws: AwsClient, name: string): Promise<string[]> {
  const bodies: string[] = [];
  for (let empty = 0; empty < 2; ) {
    const { Messages = [] } = await aws.json<{ Messages?: { Body: string; ReceiptHandle: string }[] }>(
      'sqs',
      'ReceiveMessage',
      { QueueUrl: urlOf(aws, name), MaxNumberOfMessages: 10 },
    );
    empty = Messages.length === 0 ? empty + 1 : 0;
    bodies.push(...Messages.map(message => message.Body));
    if (Messages.length === 0) continue;
    const Entries = Messages.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle }));
    await aws.json('sqs', 'DeleteMessageBatch', { QueueUrl: urlOf(aws, name), Entries });
  }
  return bodies;
}

/** Messages that were sent are received once each. */
export const sqsMessages: Probe = {
  name: 'sqs SendMessage',
  lanes: 3,
  prepare: aws => createQueue(aws, 'kill-messages'),
  write: async (aws, name) => {
    await aws.json('sqs', 'SendMessage', { QueueUrl: urlOf(aws, 'kill-messages'), MessageBody: name });
  },
  verify: async (aws, tried) => verdictOf(await drainQueue(aws, 'kill-messages'), tried),
};

/** Messages sent again under their deduplication id when in doubt are received once each, in order within the group. */
export const sqsFifoMessages: Probe = {
  name: 'sqs SendMessage to a FIFO queue, sent again',
  lanes: 1,
  sendsAgain: true,
  prepare: aws => createQueue(aws, 'kill-messages.fifo', { FifoQueue: 'true' }),
  write: async (aws, name) => {
    await aws.json('sqs', 'SendMessage', {
      QueueUrl: urlOf(aws, 'kill-messages.fifo'),
      MessageBody: name,
      MessageGroupId: 'one',
      MessageDeduplicationId: name,
    });
  },
  async verify(aws, tried) {
    const bodies = await drainQueue(aws, 'kill-messages.fifo');
    const numbers = bodies.map(body => Number(body.slice(body.lastIndexOf('-') + 1)));
    const disordered = bodies.filter((_, index) => index > 0 && (numbers[index] ?? 0) < (numbers[index - 1] ?? 0));
    const { lost, doubled } = verdictOf(bodies, tried);
    return { lost, doubled: [...doubled, ...disordered.map(body => `${body} (out of order)`)] };
  },
};

/** Events that the bus took reach the target of their rule. */
export const busEvents: Probe = {
  name: 'events PutEvents, by a rule to a queue',
  lanes: 3,
  async prepare(aws) {
    await createQueue(aws, 'kill-events');
    await allowService(aws, 'kill-events', 'events.amazonaws.com');
    await aws.json('events', 'PutRule', { Name: 'kill', EventPattern: JSON.stringify({ source: ['kill'] }) });
    const target = { Id: 'queue', Arn: arnOf('kill-events'), InputPath: '$.detail.name' };
    await aws.json('events', 'PutTargets', { Rule: 'kill', Targets: [target] });
  },
  async write(aws, name) {
    const entry = { Source: 'kill', DetailType: 'kill', Detail: JSON.stringify({ name }) };
    const answer = await aws.json<{ FailedEntryCount: number }>('events', 'PutEvents', { Entries: [entry] });
    if (answer.FailedEntryCount > 0) throw new Error('Cannot put the event: it was refused');
  },
  verify: async (aws, tried) =>
    verdictOf(
      (await drainQueue(aws, 'kill-events')).map(body => JSON.parse(body) as string),
      tried,
    ),
};

import type { AwsClient } from '../aws-client.ts';
import { type Probe, verdictOf } from '../probe.ts';
import { allowService, createQueue, drainQueue } from './queues.ts';

const TopicArn = 'arn:aws:sns:eu-west-1:000000000000:kill-topic';
const queueArn = (name: string) => `arn:aws:sqs:eu-west-1:000000000000:${name}`;

async function sns(aws: AwsClient, Action: string, parameters: Record<string, string>): Promise<void> {
  const response = await aws.http('sns', '/', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Action, Version: '2010-03-31', ...parameters }).toString(),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot ${Action}: ${response.status} ${text}`);
}

/** Notices that were published reach the queue that is subscribed. */
export const snsNotices: Probe = {
  name: 'sns Publish, to a queue',
  lanes: 2,
  async prepare(aws) {
    await createQueue(aws, 'kill-notices');
    await allowService(aws, 'kill-notices', 'sns.amazonaws.com');
    await sns(aws, 'CreateTopic', { Name: 'kill-topic' });
    await sns(aws, 'Subscribe', {
      TopicArn,
      Protocol: 'sqs',
      Endpoint: queueArn('kill-notices'),
      'Attributes.entry.1.key': 'RawMessageDelivery',
      'Attributes.entry.1.value': 'true',
    });
  },
  write: (aws, name) => sns(aws, 'Publish', { TopicArn, Message: name }),
  verify: async (aws, tried) => verdictOf(await drainQueue(aws, 'kill-notices'), tried),
};

/** Log events that were put can be read. */
export const logEvents: Probe = {
  name: 'logs PutLogEvents',
  lanes: 1,
  async prepare(aws) {
    await aws.json('logs', 'CreateLogGroup', { logGroupName: 'kill' });
    await aws.json('logs', 'CreateLogStream', { logGroupName: 'kill', logStreamName: 'kill' });
  },
  async write(aws, message) {
    const logEvents = [{ timestamp: Date.now(), message }];
    await aws.json('logs', 'PutLogEvents', { logGroupName: 'kill', logStreamName: 'kill', logEvents });
  },
  async verify(aws, tried) {
    const found: string[] = [];
    let nextToken: string | undefined;
    do {
      const page: { events: { message: string }[]; nextToken?: string } = await aws.json('logs', 'FilterLogEvents', {
        logGroupName: 'kill',
        nextToken,
      });
      found.push(...page.events.map(event => event.message));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return verdictOf(found, tried);
  },
};

/** Far enough that a request is taken before that, also while the platform starts: a time that has passed is never due. */
const AHEAD_SECONDS = 5;

/** Schedules that were made run once, also when they are due while nothing runs. */
export const schedules: Probe = {
  name: 'scheduler CreateSchedule, a few seconds ahead, to a queue',
  lanes: 1,
  prepare: aws => createQueue(aws, 'kill-schedules'),
  async write(aws, name) {
    const at = new Date(Math.ceil(Date.now() / 1000 + AHEAD_SECONDS) * 1000).toISOString().slice(0, 19);
    const response = await aws.http('scheduler', `/schedules/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ClientToken: name,
        ScheduleExpression: `at(${at})`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: queueArn('kill-schedules'), RoleArn: 'arn:aws:iam::000000000000:role/kill', Input: name },
      }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Cannot create the schedule: ${response.status} ${text}`);
  },
  async verify(aws, tried) {
    await new Promise(resolve => setTimeout(resolve, (AHEAD_SECONDS + 2) * 1000)); // the last ones have run by then
    return verdictOf(await drainQueue(aws, 'kill-schedules'), tried);
  },
};

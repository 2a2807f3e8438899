import { expect, test } from 'vitest';
import { callCounts } from '../../../local/calls/call-counts.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import { sqsService } from '../../../local/services/sqs/sqs-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

test('callCounts counts each operation of each service, refused calls among them, and changes no answer', async () => {
  const clock = new VirtualClock();
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(1) });
  cloud.register(sqsService(cloud));
  const counts = callCounts();
  cloud.intercept(counts.intercept);
  const call = (operation: string, input: object) =>
    cloud.call({ service: 'sqs', operation, input: { ...input }, principal: OPERATOR });
  expect(counts.read()).toEqual([]);
  const { QueueUrl } = await call('CreateQueue', { QueueName: 'jobs' });
  for (const MessageBody of ['a', 'b', 'c']) await call('SendMessage', { QueueUrl, MessageBody });
  await expect(call('SendMessage', { QueueUrl: `${QueueUrl}-other`, MessageBody: 'x' })).rejects.toMatchObject({
    code: 'QueueDoesNotExist',
  });
  expect(counts.read()).toEqual([
    { service: 'sqs', operation: 'CreateQueue', calls: 1, refused: 0 },
    { service: 'sqs', operation: 'SendMessage', calls: 4, refused: 1 },
  ]);
});

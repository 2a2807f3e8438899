import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { faultyCloud, only, QUEUE_URL, queue, stream } from './faulty-cloud.ts';

const drop = (entries?: number[]) =>
  only({ match: { operation: ['PutRecords', 'SendMessage*'] }, fault: { kind: 'drop', ...(entries && { entries }) } });
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

test('drop: PutRecords answers that it took every record, and keeps those that are not dropped', async () => {
  const { to, injected } = await faultyCloud(drop([1, 7]), stream);
  const Records = ['a', 'b', 'c'].map(text => ({ Data: Buffer.from(text).toString('base64'), PartitionKey: 'k' }));
  const answer = await to('kinesis')<{
    FailedRecordCount: number;
    Records: { SequenceNumber: string; ShardId: string }[];
  }>('PutRecords', { StreamName: 'clicks', Records });
  expect(answer.FailedRecordCount).toBe(0);
  expect(answer.Records.every(({ SequenceNumber, ShardId }) => /^\d{56}$/.test(SequenceNumber) && ShardId)).toBe(true);
  const { Shards } = await to('kinesis')<{ Shards: { ShardId: string }[] }>('ListShards', { StreamName: 'clicks' });
  const kept: string[] = [];
  for (const { ShardId } of Shards) {
    const start = { StreamName: 'clicks', ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator } = await to('kinesis')<{ ShardIterator: string }>('GetShardIterator', start);
    const page = await to('kinesis')<{ Records: { Data: string }[] }>('GetRecords', { ShardIterator });
    kept.push(...page.Records.map(({ Data }) => Buffer.from(Data, 'base64').toString('utf8')));
  }
  expect(kept).toEqual(['a', 'c']);
  expect(injected).toMatchObject([{ fault: { kind: 'drop' }, entries: [1] }]);
});

test('drop: a queue answers for messages that it does not keep, with the hash that the client checks', async () => {
  const { to, injected } = await faultyCloud(drop(), queue);
  const one = await to('sqs')<{ MD5OfMessageBody: string }>('SendMessage', { QueueUrl: QUEUE_URL, MessageBody: 'x' });
  expect(one.MD5OfMessageBody).toBe(md5('x'));
  const Entries = ['p', 'q'].map((MessageBody, index) => ({ Id: String(index), MessageBody }));
  const { Successful } = await to('sqs')<{ Successful: { Id: string; MD5OfMessageBody: string }[] }>(
    'SendMessageBatch',
    { QueueUrl: QUEUE_URL, Entries },
  );
  expect(new Map(Successful.map(({ Id, MD5OfMessageBody }) => [Id, MD5OfMessageBody]))).toEqual(
    new Map([
      ['0', md5('p')],
      ['1', md5('q')],
    ]),
  );
  const { Attributes } = await to('sqs')<{ Attributes: Record<string, string> }>('GetQueueAttributes', {
    QueueUrl: QUEUE_URL,
    AttributeNames: ['ApproximateNumberOfMessages'],
  });
  expect(Attributes.ApproximateNumberOfMessages).toBe('1');
  expect(injected).toHaveLength(2);
});

test('drop: a batch that has no entry at those positions goes its way', async () => {
  const { to, injected } = await faultyCloud(drop([5]), stream);
  await to('kinesis')('PutRecords', { StreamName: 'clicks', Records: [{ Data: 'YQ==', PartitionKey: 'k' }] });
  expect(injected).toEqual([]);
});

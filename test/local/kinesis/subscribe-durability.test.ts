import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KinesisClient, SubscribeToShardCommand } from '@aws-sdk/client-kinesis';
import { afterEach, expect, test } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { OPERATOR, type OpenCloud, openCloud } from '../../../local/index.ts';
import { base64 } from './kinesis-fixture.ts';

const data = mkdtempSync(join(tmpdir(), 'millrace-subscribe-'));
let open: OpenCloud | undefined;

afterEach(async () => {
  await open?.close();
  rmSync(data, { recursive: true, force: true });
});

test('a subscriber is told of a record only once it is on disk', async () => {
  open = await openCloud({ port: 0, data });
  const { cloud, endpoint } = open;
  const call = <Output = JsonObject>(operation: string, input: JsonObject) =>
    cloud.call<Output>({ service: 'kinesis', operation, input, principal: OPERATOR });
  await call('CreateStream', { StreamName: 'events', ShardCount: 1 });
  const { Consumer } = await call<{ Consumer: { ConsumerARN: string } }>('RegisterStreamConsumer', {
    StreamARN: cloud.arn('kinesis', 'stream/events'),
    ConsumerName: 'reader',
  });
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'x' };
  const client = new KinesisClient({ endpoint, region: 'eu-west-1', credentials });
  const { EventStream } = await client.send(
    new SubscribeToShardCommand({
      ConsumerARN: Consumer.ConsumerARN,
      ShardId: 'shardId-000000000000',
      StartingPosition: { Type: 'LATEST' },
    }),
  );
  const events = EventStream?.[Symbol.asyncIterator]();
  expect((await events?.next())?.value).toMatchObject({ SubscribeToShardEvent: { Records: [] } });

  const settled = cloud.journal.settled.bind(cloud.journal);
  const disk = Promise.withResolvers<void>();
  cloud.journal.settled = () => disk.promise;
  let told = false;
  const next = events?.next().then(step => {
    told = true;
    return step;
  });
  await call('PutRecord', { StreamName: 'events', PartitionKey: 'a', Data: base64('durable') });
  for (let turn = 0; turn < 300; turn++) await new Promise(resolve => setImmediate(resolve));
  expect(told).toBe(false);
  cloud.journal.settled = settled;
  disk.resolve();
  expect((await next)?.value).toMatchObject({ SubscribeToShardEvent: { Records: [{ PartitionKey: 'a' }] } });
  client.destroy();
});

import { KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, expect, test } from 'vitest';
import { AwsError } from '../../../local/cloud/aws-error.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import type { Principal } from '../../../local/cloud/principal.ts';
import type { Service } from '../../../local/cloud/service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { router } from '../../../local/wire/router.ts';
import { listen, type WireServer } from '../../../local/wire/server.ts';

const ROLE: Principal = { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/reader', session: 's' };

let server: WireServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serve(
  ...services: Service[]
): Promise<{ endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } }> {
  const cloud = new Cloud({
    region: 'eu-west-1',
    accountId: '000000000000',
    clock: new VirtualClock(),
    ids: seededIds(1),
  });
  for (const service of services) cloud.register(service);
  const principalOf = (key: string) => (key === 'AKIAROLE' ? ROLE : undefined);
  const mounts = { '/console/': async () => ({ status: 200, headers: {}, body: 'console' }) };
  server = await listen(router(cloud, { principalOf, mounts }), { port: 0 });
  const endpoint = `http://127.0.0.1:${server.port}`;
  return { endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'AKIAROLE', secretAccessKey: 'x' } };
}

const kinesis: Service = {
  name: 'kinesis',
  wire: { protocol: 'json', targetPrefix: 'Kinesis_20131202', version: '1.1' },
  operations: {
    ListStreams: (input, call) => ({ StreamNames: [call.principal.kind, String(input.Limit)], HasMoreStreams: false }),
  },
};

test('the wire server answers the Kinesis client over HTTP/2, in parallel, and knows the caller by its access key', async () => {
  const client = new KinesisClient(await serve(kinesis));
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => client.send(new ListStreamsCommand({ Limit: index + 1 }))),
  );
  expect(answers.map(answer => answer.StreamNames)).toEqual(answers.map((_, index) => ['role', String(index + 1)]));
  client.destroy();
});

test('the wire server gives the client AWS’s error name, message and status', async () => {
  const sqs: Service = {
    name: 'sqs',
    wire: { protocol: 'json', targetPrefix: 'AmazonSQS', version: '1.0' },
    operations: {
      SendMessage: () => {
        throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.', {
          queryCode: 'AWS.SimpleQueueService.NonExistentQueue',
        });
      },
    },
  };
  const client = new SQSClient({ ...(await serve(sqs)), maxAttempts: 1 });
  const sending = client.send(new SendMessageCommand({ QueueUrl: 'http://127.0.0.1/1/q', MessageBody: 'x' }));
  await expect(sending).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
    message: 'The specified queue does not exist.',
    $metadata: { httpStatusCode: 400 },
  });
  client.destroy();
});

test('the wire server speaks the query protocol', async () => {
  const sts: Service = {
    name: 'sts',
    wire: { protocol: 'query', apiVersion: '2011-06-15' },
    operations: { GetCallerIdentity: () => ({ Account: '000000000000', Arn: 'arn:aws:iam::<&>', UserId: 'u' }) },
  };
  const client = new STSClient(await serve(sts));
  expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '000000000000',
    Arn: 'arn:aws:iam::<&>',
  });
  client.destroy();
});

test('the wire server refuses a body that is not JSON, an unknown target and an unsigned request, each by name', async () => {
  const { endpoint } = await serve(kinesis);
  const post = async (target: string, body: string) => {
    const response = await fetch(endpoint, { method: 'POST', headers: { 'x-amz-target': target }, body });
    return { status: response.status, body: await response.json() };
  };
  expect(await post('Kinesis_20131202.ListStreams', '{')).toMatchObject({
    status: 400,
    body: { __type: 'SerializationException' },
  });
  expect(await post('Nothing_1.Do', '{}')).toMatchObject({
    status: 400,
    body: { __type: 'UnknownOperationException' },
  });
  expect((await fetch(`${endpoint}/nothing`)).status).toBe(403);
  expect(await (await fetch(`${endpoint}/console/`)).text()).toBe('console');
});

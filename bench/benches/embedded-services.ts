import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OPERATOR, openCloud } from '../../local/index.ts';
import type { Bench } from '../bench-definition.ts';
import { echoServer } from '../echo-server.ts';
import { type Load, requestsPerSecond } from '../http-load.ts';
import { signedFor } from '../signed-for.ts';

type AwsCall = (service: string, operation: string, input: Record<string, unknown>) => Promise<object>;

interface ServiceLoad {
  readonly name: string;
  readonly measures: string;
  readonly unit: string;
  readonly weight: number;
  readonly requests: number;
  /** Makes what is asked for, and says how it is asked. */
  prepare(call: AwsCall, folder: string): Promise<Pick<Load, 'path' | 'method' | 'headers' | 'body'>>;
}

const json = (version: '1.0' | '1.1', target: string) => ({
  'content-type': `application/x-amz-json-${version}`,
  'x-amz-target': target,
});
const text = 'x'.repeat(300);
const ROLE = 'arn:aws:iam::000000000000:role/bench';

const LOADS: readonly ServiceLoad[] = [
  {
    name: 'sqs',
    measures: 'SendMessageBatch of 10 × 300 bytes',
    unit: 'messages/s',
    weight: 10,
    requests: 1500,
    async prepare(call) {
      const { QueueUrl } = Object(await call('sqs', 'CreateQueue', { QueueName: 'bench' }));
      const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `m-${index}`, MessageBody: text }));
      const headers = json('1.0', 'AmazonSQS.SendMessageBatch');
      return { path: '/', headers, body: JSON.stringify({ QueueUrl, Entries }) };
    },
  },
  {
    name: 'events',
    measures: 'PutEvents of 10 × 300 bytes to a bus with 5 rules, of which one sends them to a queue',
    unit: 'events/s',
    weight: 10,
    requests: 800,
    async prepare(call) {
      await call('sqs', 'CreateQueue', { QueueName: 'facts' });
      for (let index = 0; index < 5; index++) {
        const EventPattern = JSON.stringify({ 'detail-type': [`purchase-${index}`] });
        await call('events', 'PutRule', { Name: `rule-${index}`, EventPattern });
      }
      const Targets = [{ Id: 'queue', Arn: 'arn:aws:sqs:eu-west-1:000000000000:facts' }];
      await call('events', 'PutTargets', { Rule: 'rule-0', Targets });
      const entry = { Source: 'bench', DetailType: 'purchase-0', Detail: JSON.stringify({ text }) };
      const headers = json('1.1', 'AWSEvents.PutEvents');
      return { path: '/', headers, body: JSON.stringify({ Entries: Array.from({ length: 10 }, () => entry) }) };
    },
  },
  {
    name: 's3',
    measures: 'PutObject of 1 KB',
    unit: 'requests/s',
    weight: 1,
    requests: 3000,
    async prepare(call) {
      await call('s3', 'CreateBucket', { Bucket: 'bench' });
      const headers = { ...signedFor('s3'), 'content-type': 'application/octet-stream' };
      return { path: '/bench/object', method: 'PUT', headers, body: 'x'.repeat(1024) };
    },
  },
  {
    name: 'states',
    measures: 'StartExecution of a standard workflow of three states',
    unit: 'executions/s',
    weight: 1,
    requests: 800,
    async prepare(call) {
      const States = {
        Book: { Type: 'Pass', Result: { price: 90 }, ResultPath: '$.order', Next: 'Dear' },
        Dear: { Type: 'Choice', Choices: [{ Variable: '$.order.price', NumericGreaterThan: 50, Next: 'Done' }] },
        Done: { Type: 'Succeed' },
      };
      const definition = JSON.stringify({ StartAt: 'Book', States });
      const made = await call('states', 'CreateStateMachine', { name: 'bench', roleArn: ROLE, definition });
      const { stateMachineArn } = Object(made);
      const headers = json('1.0', 'AWSStepFunctions.StartExecution');
      return { path: '/', headers, body: JSON.stringify({ stateMachineArn, input: '{"trip":1}' }) };
    },
  },
  {
    name: 'lambda',
    measures: 'Invoke of a warm function that answers with what it is given',
    unit: 'invocations/s',
    weight: 1,
    requests: 2000,
    async prepare(call, folder) {
      await writeFile(path.join(folder, 'index.mjs'), 'export const handler = async event => event;\n');
      const Code = { LocalDirectory: folder };
      const settings = { Role: ROLE, Runtime: 'nodejs24.x', Handler: 'index.handler', Code };
      await call('lambda', 'CreateFunction', { FunctionName: 'bench', ...settings });
      const headers = { ...signedFor('lambda'), 'content-type': 'application/json' };
      return { path: '/2015-03-31/functions/bench/invocations', headers, body: JSON.stringify({ text }) };
    },
  },
];

/** Engines of the embedded cloud that have no rival from npm, over HTTP, beside an echo of the same bytes. */
export const embeddedServices: readonly Bench[] = LOADS.map(
  ({ name, measures, unit, weight, requests, prepare }): Bench => ({
    name: `embedded-${name}`,
    measures: `${measures}, over HTTP, against an echo of the same bytes`,
    unit,
    rounds: 3,

    async open() {
      const [{ cloud, port, close }, echo] = [await openCloud({ port: 0 }), await echoServer()];
      const folder = await mkdtemp(path.join(tmpdir(), 'millrace-bench-'));
      const call: AwsCall = (service, operation, input) =>
        cloud.call({ service, operation, input, principal: OPERATOR });
      const load = { ...(await prepare(call, folder)), connections: 8, requests };
      const measure = async (at: number) => weight * (await requestsPerSecond({ ...load, port: at }));
      return {
        subject: { name: `embedded ${name}`, measure: () => measure(port) },
        against: { name: 'echo server', measure: () => measure(echo.port) },
        close: async () => {
          await echo.close();
          await close();
          await rm(folder, { recursive: true });
        },
      };
    },
  }),
);

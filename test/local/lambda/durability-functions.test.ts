import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../local/cloud/aws-error.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { lambdaService } from '../../../local/services/lambda/lambda-service.ts';
import { sqsService } from '../../../local/services/sqs/sqs-service.ts';
import { type RestartableCloud, type RestartableOptions, restartableClouds } from '../../support/restartable-cloud.ts';
import { bundle, ROLE_ARN } from './lambda-fixture.ts';

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0)) await remove();
});

function start(options: RestartableOptions = {}): Promise<RestartableCloud> {
  const clouds = restartableClouds(cloud => {
    cloud.register(sqsService(cloud));
    cloud.register(lambdaService(cloud));
  }, options);
  removers.push(clouds.remove);
  return clouds.start();
}

const ANSWER = (text: string) => `export const handler = async () => '${text}';`;
const INLINE = (text: string) => `exports.handler = async () => '${text}';`;

function create(running: RestartableCloud, FunctionName: string, settings: object = {}) {
  return running.call('lambda', 'CreateFunction', {
    FunctionName,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: ROLE_ARN,
    Code: { LocalDirectory: bundle(ANSWER(FunctionName)) },
    ...settings,
  });
}

/** Everything that the read operations say about a function. */
async function everything({ call }: RestartableCloud, FunctionName: string) {
  const read = (operation: string, input: object = {}) =>
    call('lambda', operation, { FunctionName, ...input }).catch(error => `${error.code}: ${error.message}`);
  const { Functions } = await call<{ Functions: unknown[] }>('lambda', 'ListFunctions', {});
  return {
    Functions,
    configuration: await read('GetFunctionConfiguration'),
    versions: await read('ListVersionsByFunction'),
    version: await read('GetFunctionConfiguration', { Qualifier: '1' }),
    aliases: [await read('GetAlias', { Name: 'live' }), await read('GetAlias', { Name: 'gone' })],
    policy: await read('GetPolicy'),
    concurrency: await read('GetFunctionConcurrency'),
    eventInvoke: [
      await read('GetFunctionEventInvokeConfig'),
      await read('GetFunctionEventInvokeConfig', { Qualifier: 'live' }),
    ],
  };
}

async function answerOf(running: RestartableCloud, FunctionName: string): Promise<unknown> {
  const { Payload } = await running.call<{ Payload: string }>('lambda', 'Invoke', { FunctionName });
  return JSON.parse(Payload);
}

describe('Lambda functions after kill -9', () => {
  it('are as every read operation had them', async () => {
    const before = await start();
    const lambda = (operation: string, input: object) =>
      before.call('lambda', operation, { FunctionName: 'f', ...input });
    await create(before, 'f', { Environment: { Variables: { A: '1' } }, Timeout: 9, Description: 'first' });
    await create(before, 'other');
    await create(before, 'deleted');
    await before.call('lambda', 'DeleteFunction', { FunctionName: 'deleted' });
    await before.clock.advance(1_000);
    await lambda('PublishVersion', { Description: 'one' });
    await before.clock.advance(1_000);
    await lambda('UpdateFunctionConfiguration', { Timeout: 12, DeadLetterConfig: { TargetArn: 'arn:aws:sqs:x:y:z' } });
    await lambda('PublishVersion', {});
    const RoutingConfig = { AdditionalVersionWeights: { 1: 0.25 } };
    await lambda('CreateAlias', { Name: 'live', FunctionVersion: '1' });
    await lambda('UpdateAlias', { Name: 'live', FunctionVersion: '2', RoutingConfig });
    await lambda('CreateAlias', { Name: 'gone', FunctionVersion: '1' });
    await lambda('DeleteAlias', { Name: 'gone' });
    const permission = { Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' };
    await lambda('AddPermission', { StatementId: 'a', ...permission });
    await lambda('AddPermission', { StatementId: 'b', ...permission, SourceArn: 'arn:aws:events:x:y:rule/r' });
    await lambda('RemovePermission', { StatementId: 'a' });
    await lambda('PutFunctionConcurrency', { ReservedConcurrentExecutions: 5 });
    await lambda('PutFunctionEventInvokeConfig', { MaximumRetryAttempts: 1 });
    await lambda('PutFunctionEventInvokeConfig', { Qualifier: 'live', MaximumEventAgeInSeconds: 60 });
    const expected = await everything(before, 'f');

    const after = await before.restarted(60_000);

    expect(await everything(after, 'f')).toEqual(expected);
    expect(await answerOf(after, 'f')).toBe('f');
    expect(await after.call('lambda', 'PublishVersion', { FunctionName: 'f' })).toMatchObject({ Version: '2' });
  });

  it('count what they had reserved against the limit of the account', async () => {
    const before = await start();
    for (const name of ['a', 'b']) await create(before, name);
    await before.call('lambda', 'PutFunctionConcurrency', { FunctionName: 'a', ReservedConcurrentExecutions: 800 });

    const after = await before.restarted();

    const reserve = (ReservedConcurrentExecutions: number) =>
      after.call('lambda', 'PutFunctionConcurrency', { FunctionName: 'b', ReservedConcurrentExecutions });
    await expect(reserve(101)).rejects.toMatchObject({ code: 'InvalidParameterValueException' });
    await reserve(100);
  });

  it('still have the source text that they were given, each version its own', async () => {
    const before = await start();
    await create(before, 'f', { Code: { ZipFile: INLINE('old') } });
    await before.call('lambda', 'PublishVersion', { FunctionName: 'f' });
    await before.clock.advance(1);
    await before.call('lambda', 'UpdateFunctionCode', { FunctionName: 'f', ZipFile: INLINE('new') });
    const expected = await everything(before, 'f');
    await before.journal.settled();

    const after = await (await before.restarted()).restarted();

    expect(await everything(after, 'f')).toEqual(expected);
    expect(await answerOf(after, 'f')).toBe('new');
    expect(await answerOf(after, 'f:1')).toBe('old');
  });
});

const CODE = bundle(ANSWER('any'));
const functionName = fc.constantFrom('f', 'g');
const alias = fc.constantFrom('live', 'gone');
const queueArn = fc.constantFrom('q1', 'q2').map(name => `arn:aws:sqs:eu-west-1:000000000000:${name}`);
const mappingId = { UUID: fc.constantFrom(0, 1, 2) };

/** Calls with names out of small pools, so that they meet; many are refused. `UUID` counts the mappings that were made. */
const anyCall = fc.oneof(
  ...Object.entries({
    CreateFunction: fc.record({
      FunctionName: functionName,
      Runtime: fc.constant('nodejs24.x'),
      Handler: fc.constant('index.handler'),
      Role: fc.constant(ROLE_ARN),
      Code: fc.constantFrom({ LocalDirectory: CODE }, { ZipFile: INLINE('a') }),
    }),
    DeleteFunction: fc.record({ FunctionName: functionName }),
    UpdateFunctionConfiguration: fc.record({ FunctionName: functionName, Timeout: fc.constantFrom(5, 6) }),
    UpdateFunctionCode: fc.record({ FunctionName: functionName, ZipFile: fc.constantFrom(INLINE('b'), INLINE('c')) }),
    PublishVersion: fc.record({ FunctionName: functionName }),
    CreateAlias: fc.record({ FunctionName: functionName, Name: alias, FunctionVersion: fc.constantFrom('1', '2') }),
    UpdateAlias: fc.record({ FunctionName: functionName, Name: alias, FunctionVersion: fc.constantFrom('1', '2') }),
    DeleteAlias: fc.record({ FunctionName: functionName, Name: alias }),
    AddPermission: fc.record({
      FunctionName: functionName,
      StatementId: alias,
      Action: fc.constant('lambda:InvokeFunction'),
      Principal: fc.constant('sns.amazonaws.com'),
    }),
    RemovePermission: fc.record({ FunctionName: functionName, StatementId: alias }),
    PutFunctionConcurrency: fc.record({ FunctionName: functionName, ReservedConcurrentExecutions: fc.constant(3) }),
    DeleteFunctionConcurrency: fc.record({ FunctionName: functionName }),
    PutFunctionEventInvokeConfig: fc.record({ FunctionName: functionName, MaximumRetryAttempts: fc.constant(1) }),
    UpdateFunctionEventInvokeConfig: fc.record({
      FunctionName: functionName,
      MaximumEventAgeInSeconds: fc.constant(60),
    }),
    DeleteFunctionEventInvokeConfig: fc.record({ FunctionName: functionName }),
    CreateEventSourceMapping: fc.record({ FunctionName: functionName, EventSourceArn: queueArn }),
    UpdateEventSourceMapping: fc.record({ ...mappingId, Enabled: fc.boolean(), BatchSize: fc.constantFrom(1, 2) }),
    DeleteEventSourceMapping: fc.record(mappingId),
  }).map(([operation, input]) =>
    fc.record({ operation: fc.constant(operation), input: input as fc.Arbitrary<JsonObject> }),
  ),
);

describe('Lambda after any calls', () => {
  it('is in the next process what it was in the one that was killed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyCall, { minLength: 20, maxLength: 80 }),
        fc.constantFrom(2_000, 2 ** 26),
        async (calls, snapshotAfterBytes) => {
          const running = await start({ snapshotAfterBytes });
          const Attributes = { VisibilityTimeout: '60' };
          for (const QueueName of ['q1', 'q2']) await running.call('sqs', 'CreateQueue', { QueueName, Attributes });
          const uuids: string[] = [];
          for (const { operation, input } of calls) {
            const UUID = typeof input.UUID === 'number' ? { UUID: uuids[input.UUID] ?? 'none' } : {};
            const answer = await running.call('lambda', operation, { ...input, ...UUID }).catch(refused);
            if (operation === 'CreateEventSourceMapping' && answer) uuids.push(String(answer.UUID));
            await running.clock.advance(1);
          }
          const after = await running.restarted();
          await after.clock.advance(1);
          for (const name of ['f', 'g']) expect(await everything(after, name)).toEqual(await everything(running, name));
          const mappings = (each: RestartableCloud) => each.call('lambda', 'ListEventSourceMappings', {});
          expect(await mappings(after)).toEqual(await mappings(running));
        },
      ),
      { numRuns: 25 },
    );
  });
});

function refused(error: unknown): undefined {
  if (!(error instanceof AwsError)) throw error;
}

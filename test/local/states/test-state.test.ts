import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { FUNCTION, failure, lambda, ROLE, StateMachineFixture } from './state-machine-fixture.ts';

const LEVEL = { inspectionLevel: 'DEBUG' };
const MOCKED_ERROR = { mock: { errorOutput: { error: 'Busy', cause: 'too many' } } };

function test(
  definition: JsonObject,
  request: JsonObject = {},
  fixture = new StateMachineFixture(),
): Promise<JsonObject> {
  return fixture.states('TestState', { definition: JSON.stringify(definition), ...LEVEL, ...request });
}

/** The answer with the JSON in it parsed. */
function parsed(answer: JsonObject): JsonObject {
  const inspection = Object.entries(answer.inspectionData ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string' ? JSON.parse(value) : value,
  ]);
  const output = answer.output === undefined ? {} : { output: JSON.parse(String(answer.output)) };
  return { ...answer, ...output, inspectionData: Object.fromEntries(inspection) };
}

const TASK = { Type: 'Task', Resource: FUNCTION, End: true };
const READING_MAP = {
  Type: 'Map',
  ItemReader: { Resource: 'arn:aws:states:::s3:getObject', Parameters: { Bucket: 'b', Key: 'k' } },
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Each',
    States: { Each: { Type: 'Pass', End: true } },
  },
  End: true,
};
const RETRY = [
  { ErrorEquals: ['Other'], MaxAttempts: 9 },
  { ErrorEquals: ['Busy'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 2, JitterStrategy: 'FULL' },
];
const CATCH = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Recover' }];

describe('TestState', () => {
  it('calls what a task calls, in the name of the given role', async () => {
    const fixture = new StateMachineFixture({ lambda: lambda(payload => ({ got: payload })) });
    const task = { ...TASK, Parameters: { 'a.$': '$.x' }, ResultPath: '$.y', Next: 'On', End: undefined };
    const answer = parsed(await test(task, { roleArn: ROLE, input: '{"x":1}' }, fixture));
    expect(answer).toMatchObject({ status: 'SUCCEEDED', nextState: 'On', output: { x: 1, y: { got: { a: 1 } } } });
    expect(answer.inspectionData).toEqual({
      input: { x: 1 },
      afterInputPath: { x: 1 },
      afterParameters: { a: 1 },
      result: { got: { a: 1 } },
      afterResultSelector: { got: { a: 1 } },
      afterResultPath: { x: 1, y: { got: { a: 1 } } },
    });
    expect(fixture.calls[0]?.principal).toMatchObject({ kind: 'role', roleArn: ROLE });
  });

  it('tells the failure of what a task calls as a real execution would', async () => {
    const fixture = new StateMachineFixture({
      lambda: lambda(() => {
        throw failure('Busy', 'too many');
      }),
    });
    const answer = await test(TASK, { roleArn: ROLE }, fixture);
    expect(answer).toMatchObject({ status: 'FAILED', error: 'Busy' });
    expect(answer.output).toBeUndefined();
  });

  it.each([
    [0, { status: 'RETRIABLE', inspectionData: { errorDetails: { retryIndex: 1, retryBackoffIntervalSeconds: 2 } } }],
    [1, { status: 'RETRIABLE', inspectionData: { errorDetails: { retryIndex: 1, retryBackoffIntervalSeconds: 6 } } }],
    [2, { status: 'CAUGHT_ERROR', nextState: 'Recover', inspectionData: { errorDetails: { catchIndex: 0 } } }],
  ])('after %i retries tells what would come next, and does not wait for it', async (retrierRetryCount, expected) => {
    const state = { ...TASK, Retry: RETRY, Catch: CATCH };
    const fixture = new StateMachineFixture();
    const request = { ...MOCKED_ERROR, stateConfiguration: { retrierRetryCount }, input: '{"a":1}' };
    const answer = parsed(await test(state, request, fixture));
    expect(answer).toMatchObject({ ...expected, error: 'Busy', cause: 'too many' });
    const caught = { a: 1, error: { Error: 'Busy', Cause: 'too many' } };
    expect(answer.output).toEqual(expected.status === 'RETRIABLE' ? undefined : caught);
    expect(fixture.clock.now()).toBe(0);
  });

  it('takes variables and shows those that the state assigns', async () => {
    const state = {
      Type: 'Pass',
      QueryLanguage: 'JSONata',
      Assign: { b: '{% $a + 1 %}' },
      Output: '{% $a %}',
      End: true,
    };
    const answer = parsed(await test(state, { variables: '{"a":1}' }));
    expect(answer).toMatchObject({ output: 1, inspectionData: { variables: { a: 1, b: 2 } } });
  });

  it('finds a state at any depth of a machine, whatever is wrong with the services of the others', async () => {
    const inner = { StartAt: 'Deep', States: { Deep: { Type: 'Succeed' } } };
    const machine = {
      StartAt: 'Out',
      States: {
        Out: { Type: 'Task', Resource: 'arn:aws:states:::eks:runJob.sync', Next: 'Both' },
        Both: { Type: 'Parallel', Branches: [inner], End: true },
      },
    };
    expect(await test(machine, { stateName: 'Deep', input: '7' })).toMatchObject({ status: 'SUCCEEDED', output: '7' });
    await expect(test(machine, { stateName: 'Out', roleArn: ROLE })).rejects.toMatchObject({
      code: 'InvalidDefinition',
    });
  });

  it('shows what a Map would give to its iterations', async () => {
    const processor = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Each',
      States: { Each: { Type: 'Pass', End: true } },
    };
    const map = {
      Type: 'Map',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
      },
      ItemSelector: { 'n.$': '$$.Map.Item.Value.n', 'i.$': '$$.Map.Item.Index' },
      ItemBatcher: { MaxItemsPerBatch: 1 },
      ItemProcessor: processor,
      End: true,
    };
    const request = { mock: { result: '[1,2]' }, stateConfiguration: { mapItemReaderData: 'n\n5\n6\n' } };
    const items = [
      { n: '5', i: 0 },
      { n: '6', i: 1 },
    ];
    expect(parsed(await test(map, request)).inspectionData).toMatchObject({
      afterItemSelector: items,
      afterItemBatcher: items.map(item => ({ Items: [item] })),
    });
  });

  it.each([
    ['a task without a role', TASK, {}, 'ValidationException'],
    [
      'a task that waits for a token, unmocked',
      { ...TASK, Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' },
      { roleArn: ROLE },
      'InvalidDefinition',
    ],
    ['a mock without a result or an error', TASK, { mock: {} }, 'ValidationException'],
    ['an unknown inspection level', TASK, { ...MOCKED_ERROR, inspectionLevel: 'ALL' }, 'ValidationException'],
    [
      'a negative count of retries',
      TASK,
      { ...MOCKED_ERROR, stateConfiguration: { retrierRetryCount: -1 } },
      'ValidationException',
    ],
    ['a Map that reads items, without them', READING_MAP, { mock: { result: '[]' } }, 'ValidationException'],
    ['a context that is no object', TASK, { ...MOCKED_ERROR, context: '[]' }, 'ValidationException'],
    ['a definition that is not JSON', TASK, { definition: '{' }, 'InvalidDefinition'],
  ])('refuses %s', async (_what, state, request, code) => {
    await expect(test(state, request)).rejects.toMatchObject({ code });
  });

  it.each([
    [
      'a member that is required',
      'states:startExecution',
      '{"ExecutionArn":"a"}',
      "Required field 'StartDate' is missing",
    ],
    ['a flag', 'aws-sdk:s3:deleteObject', '{"DeleteMarker":"no"}', "Field 'DeleteMarker' must be a boolean"],
    ['a map', 'dynamodb:getItem', '{"Item":[]}', "Field 'Item' must be an object"],
    ['a value inside a map', 'dynamodb:getItem', '{"Item":{"a":{"N":1}}}', "Field 'N' must be a string"],
  ])('checks a mocked result against the API of the service: %s', async (_what, action, result, message) => {
    const state = { ...TASK, Resource: `arn:aws:states:::${action}` };
    await expect(test(state, { mock: { result } })).rejects.toMatchObject({
      message: `Mock result schema validation error: ${message}`,
    });
    expect(await test(state, { mock: { result, fieldValidationMode: 'NONE' } })).toMatchObject({ status: 'SUCCEEDED' });
  });
});

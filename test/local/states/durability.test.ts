import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { OPERATOR, type OpenCloud, openCloud } from '../../../local/index.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { DurableWorld, type WorldOptions } from './durable-world.ts';
import { FUNCTION, failure, type Outcome, ROLE } from './state-machine-fixture.ts';

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0).reverse()) await remove();
});

function world(options: WorldOptions = {}): Promise<DurableWorld> {
  const made = new DurableWorld(options);
  removers.push(made.remove);
  return made.start();
}

const call = (name: string, more: JsonObject = { End: true }) => ({
  Type: 'Task',
  Resource: FUNCTION,
  Parameters: { name, 'attempt.$': '$$.State.RetryCount' },
  ResultPath: `$.${name}`,
  ...more,
});
const put = (id: string, more: JsonObject = { End: true }) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::dynamodb:putItem',
  Parameters: { TableName: 't', Item: { id: { S: id } } },
  ResultPath: null,
  ...more,
});
const ask = (more: JsonObject = { End: true }) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  Parameters: {
    QueueUrl: 'http://127.0.0.1:0/000000000000/approvals',
    MessageBody: { 'token.$': '$$.Task.Token' },
  },
  ResultPath: '$.approval',
  ...more,
});
const wait = (Seconds: number, more: JsonObject = { End: true }) => ({ Type: 'Wait', Seconds, ...more });
const chain = (...states: readonly JsonObject[]): JsonObject => ({
  StartAt: 'S0',
  States: Object.fromEntries(
    states.map((state, i) => {
      const { End: _, ...rest } = state;
      return [`S${i}`, i + 1 < states.length ? { ...rest, Next: `S${i + 1}` } : { ...rest, End: true }];
    }),
  ),
});

const types = ({ events }: Outcome) => events.map(({ type }) => type);
const count = (outcome: Outcome, type: string) => types(outcome).filter(one => one === type).length;

function expectOneHistory({ events }: Outcome): void {
  expect(events.map(({ id }) => id)).toEqual(events.map((_, i) => i + 1));
  for (const { id, previousEventId } of events) expect(Number(previousEventId)).toBeLessThan(Number(id));
}

describe('Step Functions after kill -9', () => {
  it('has its machines with versions, aliases, tags and logging, its activities and its executions', async () => {
    const one = await world();
    const arn = await one.create(chain(put('a')), { tags: [{ key: 'team', value: 'x' }], publish: true });
    const logGroupArn = 'arn:aws:logs:eu-west-1:000000000000:log-group:saga:*';
    const loggingConfiguration = {
      level: 'ERROR',
      includeExecutionData: true,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }],
    };
    await one.states('UpdateStateMachine', { stateMachineArn: arn, definition: JSON.stringify(chain(put('b'))) });
    await one.states('UpdateStateMachine', { stateMachineArn: arn, loggingConfiguration, publish: true });
    const routingConfiguration = [{ stateMachineVersionArn: `${arn}:1`, weight: 100 }];
    const alias = await one.states('CreateStateMachineAlias', { name: 'live', routingConfiguration });
    await one.states('TagResource', { resourceArn: arn, tags: [{ key: 'cost', value: '7' }] });
    await one.states('CreateActivity', { name: 'pack' });
    await one.create(chain(put('z')), { name: 'gone' });
    await one.states('DeleteStateMachine', { stateMachineArn: arn.replace(/saga$/, 'gone') });
    const executionArn = await one.begun(String(alias.stateMachineAliasArn));
    await one.finish(executionArn);

    const questions: [string, JsonObject][] = [
      ['ListStateMachines', {}],
      ['DescribeStateMachine', { stateMachineArn: arn }],
      ['DescribeStateMachine', { stateMachineArn: `${arn}:1` }],
      ['ListStateMachineVersions', { stateMachineArn: arn }],
      ['DescribeStateMachineAlias', { stateMachineAliasArn: alias.stateMachineAliasArn }],
      ['ListTagsForResource', { resourceArn: arn }],
      ['ListActivities', {}],
      ['ListExecutions', { stateMachineArn: arn }],
      ['DescribeExecution', { executionArn }],
      ['DescribeStateMachineForExecution', { executionArn }],
      ['GetExecutionHistory', { executionArn }],
    ];
    const answers = async () => Promise.all(questions.map(([operation, input]) => one.states(operation, input)));
    const before = await answers();
    await one.kill(1000);
    expect(await answers()).toEqual(before);
    const published = await one.states('PublishStateMachineVersion', { stateMachineArn: arn });
    expect(published.stateMachineVersionArn).toBe(`${arn}:2`);
  });

  it('answers the execution of the same name that runs, and refuses another input', async () => {
    const one = await world();
    const stateMachineArn = await one.create(chain(wait(60)));
    const request = { stateMachineArn, name: 'order-1', input: '{"n":1}' };
    const started = await one.states('StartExecution', request);
    await one.kill();
    expect(await one.states('StartExecution', request)).toEqual(started);
    await expect(one.states('StartExecution', { ...request, input: '{"n":2}' })).rejects.toMatchObject({
      code: 'ExecutionAlreadyExists',
    });
  });

  it('does nothing again that was done, and goes on with its output and variables', async () => {
    const one = await world();
    const note = { Type: 'Pass', Assign: { 'at.$': '$$.State.EnteredTime', 'id.$': 'States.UUID()' } };
    const last = { Type: 'Pass', Parameters: { 'at.$': '$at', 'id.$': '$id', 'a.$': '$.a' } };
    const executionArn = await one.begin(chain(call('a'), put('p'), note, wait(100), last));
    await one.clock.advance(5000);
    const before = await one.outcome(executionArn);
    const exited = before.events.find(({ type }) => type === 'PassStateExited');
    const details = exited?.stateExitedEventDetails as { readonly assignedVariables: Record<string, string> };
    await one.kill(1000);
    const outcome = await one.finish(executionArn);
    expect(outcome.output).toEqual({
      a: 'a done',
      at: JSON.parse(String(details.assignedVariables.at)),
      id: JSON.parse(String(details.assignedVariables.id)),
    });
    expect(outcome.events.slice(0, before.events.length)).toEqual(before.events);
    expectOneHistory(outcome);
    expect(one.invocations).toHaveLength(1);
    expect(await one.items()).toEqual(['p']);
  });

  it.each([
    ['what is left', 30_000, 100_000],
    ['no longer when it is overdue', 500_000, 550_000],
  ])('waits %s', async (_what, downMs, endsMs) => {
    const one = await world();
    const startMs = one.clock.now();
    const executionArn = await one.begin(chain(wait(100)));
    await one.clock.advance(50_000);
    await one.kill(downMs);
    await one.finish(executionArn);
    const { stopDate } = await one.states('DescribeExecution', { executionArn });
    expect(Number(stopDate) * 1000 - startMs).toBe(endsMs);
  });

  it('calls a function again whose answer was lost, with the same parameters and under the same events', async () => {
    const one = await world({ tookMs: 60_000 });
    const definition = {
      QueryLanguage: 'JSONata',
      ...chain({ Type: 'Task', Resource: FUNCTION, Arguments: { name: 'a', key: '{% $uuid() %}' } }),
    };
    const executionArn = await one.begin(definition);
    await one.clock.advance(10_000);
    await one.kill();
    const outcome = await one.finish(executionArn);
    const [first, second, ...more] = one.invocations;
    expect(more).toEqual([]);
    expect(second?.payload).toEqual(first?.payload);
    expect(types(outcome)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('goes on with its retries: attempts that were made count, and the back-off ends when it would have', async () => {
    const one = await world({
      work: ({ attempt }) => {
        if (Number(attempt) < 3) throw failure('Busy');
        return attempt;
      },
    });
    const startMs = one.clock.now();
    const Retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 10, MaxAttempts: 3, BackoffRate: 2 }];
    const executionArn = await one.begin(chain(call('a', { Retry })));
    await one.clock.advance(20_000); // 1 s, 10 s, 1 s, and 8 s into the second back-off
    expect(one.invocations).toHaveLength(2);
    await one.kill(1000);
    const outcome = await one.finish(executionArn);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: { a: 3 } });
    const starts = one.invocations.map(({ atMs }) => atMs - startMs);
    expect(starts).toEqual([0, 11_000, 32_000, 73_000]);
    expect(count(outcome, 'TaskStateEntered')).toBe(1);
    expect(count(outcome, 'LambdaFunctionFailed')).toBe(3);
  });

  it('keeps what was stopped stopped, and lets it be redriven', async () => {
    const one = await world();
    const executionArn = await one.begin(chain(put('a'), wait(60), put('b')));
    await one.clock.advance(1000);
    await one.states('StopExecution', { executionArn, error: 'E', cause: 'c' });
    await one.kill(120_000);
    await one.clock.advance(120_000);
    expect(await one.outcome(executionArn)).toMatchObject({ status: 'ABORTED', error: 'E', cause: 'c' });
    await one.states('RedriveExecution', { executionArn, clientToken: 't' });
    await one.clock.advance(30_000);
    await one.kill();
    expect(await one.states('RedriveExecution', { executionArn, clientToken: 't' })).toMatchObject({
      redriveDate: expect.any(Number),
    });
    const outcome = await one.finish(executionArn);
    expect(await one.states('DescribeExecution', { executionArn })).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: 1,
    });
    expect(await one.items()).toEqual(['a', 'b']);
    expectOneHistory(outcome);
  });

  it.each([
    ['the execution', (inner: JsonObject) => ({ TimeoutSeconds: 100, ...chain(inner) }), 'TIMED_OUT'],
    ['the task', (inner: JsonObject) => chain({ ...inner, TimeoutSeconds: 100 }), 'FAILED'],
    ['the heartbeat', (inner: JsonObject) => chain({ ...inner, HeartbeatSeconds: 100 }), 'FAILED'],
  ])('times out by the clock of %s, that ran on', async (_what, definition, status) => {
    const one = await world();
    const startMs = one.clock.now();
    const executionArn = await one.begin(definition(ask()));
    await one.clock.advance(40_000);
    await one.kill(30_000);
    expect((await one.finish(executionArn)).status).toBe(status);
    const { stopDate } = await one.states('DescribeExecution', { executionArn });
    expect(Number(stopDate) * 1000 - startMs).toBe(100_000);
  });

  it('ends Express executions whose caller has gone, and begins the others anew', async () => {
    const one = await world();
    const stateMachineArn = await one.create(chain(put('a'), wait(60), put('b')), { type: 'EXPRESS' });
    void one.states('StartSyncExecution', { stateMachineArn });
    await one.clock.advance(1000);
    await one.kill();
    await one.clock.advance(120_000);
    expect(await one.items()).toEqual(['a']);
    await one.states('StartExecution', { stateMachineArn });
    await one.clock.advance(1000);
    await one.kill(600_000);
    await one.clock.advance(120_000);
    expect(await one.items()).toEqual(['a', 'a', 'a', 'b']);
    await one.kill();
    await one.clock.advance(120_000);
    expect(await one.items()).toHaveLength(4);
  });
});

it('What ran when the cloud was closed goes on when it is opened again', async () => {
  const data = mkdtempSync(join(tmpdir(), 'millrace-states-'));
  removers.push(async () => rmSync(data, { recursive: true, force: true }));
  const clock = new VirtualClock();
  const first = await openCloud({ port: 0, data, clock });
  const states = <Output>(opened: OpenCloud, operation: string, input: JsonObject) =>
    opened.cloud.call<Output>({ service: 'states', operation, input, principal: OPERATOR });
  const definition = JSON.stringify(chain(wait(100)));
  const machine = { name: 'saga', roleArn: ROLE, definition };
  const { stateMachineArn } = await states<{ stateMachineArn: string }>(first, 'CreateStateMachine', machine);
  const { executionArn } = await states<{ executionArn: string }>(first, 'StartExecution', { stateMachineArn });
  await clock.advance(1000);
  await first.close();
  const second = await openCloud({ port: 0, data, clock });
  removers.push(() => second.close());
  expect(await states(second, 'DescribeExecution', { executionArn })).toMatchObject({ status: 'RUNNING' });
  await clock.advance(100_000);
  expect(await states(second, 'DescribeExecution', { executionArn })).toMatchObject({ status: 'SUCCEEDED' });
});

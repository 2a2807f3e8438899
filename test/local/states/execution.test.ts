import { describe, expect, it } from 'vitest';
import type { LogLine, MetricDatum } from '../../../local/cloud/telemetry.ts';
import { FUNCTION, lambda, oneTask, StateMachineFixture } from './state-machine-fixture.ts';

const WAIT = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 100, End: true } } };
const PASS = { StartAt: 'Pass', States: { Pass: { Type: 'Pass', End: true } } };
/** Goes round until its input says stop. */
const LOOP = {
  StartAt: 'Again',
  States: {
    Again: { Type: 'Choice', Choices: [{ Variable: '$.stop', IsPresent: true, Next: 'Out' }], Default: 'Pass' },
    Pass: { Type: 'Pass', Next: 'Again' },
    Out: { Type: 'Succeed' },
  },
};

describe('StartExecution', () => {
  it('answers the running execution of the same name and input, and refuses another input', async () => {
    const fixture = new StateMachineFixture();
    const machine = await fixture.create(WAIT);
    const first = await fixture.start(machine, { a: 1 }, 'booking-1');
    expect(await fixture.start(machine, { a: 1 }, 'booking-1')).toBe(first);
    await expect(fixture.start(machine, { a: 2 }, 'booking-1')).rejects.toMatchObject({
      code: 'ExecutionAlreadyExists',
    });
  });

  it('refuses the name of an execution that has ended, even with the same input', async () => {
    const fixture = new StateMachineFixture();
    const machine = await fixture.create(PASS);
    await fixture.start(machine, {}, 'once');
    await fixture.clock.settle();
    await expect(fixture.start(machine, {}, 'once')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
  });

  it.each([
    ['InvalidExecutionInput', { input: '{' }],
    ['InvalidName', { name: 'has space' }],
    ['ValidationException', { input: JSON.stringify('x'.repeat(262_144)) }],
    ['StateMachineDoesNotExist', { stateMachineArn: 'arn:aws:states:eu-west-1:000000000000:stateMachine:none' }],
  ])('refuses with %s', async (code, request) => {
    const fixture = new StateMachineFixture();
    const stateMachineArn = await fixture.create(PASS);
    await expect(fixture.states('StartExecution', { stateMachineArn, ...request })).rejects.toMatchObject({ code });
  });
});

describe('An execution', () => {
  it('is stopped with the error and cause that StopExecution gives, and leaves no timer behind', async () => {
    const fixture = new StateMachineFixture();
    const executionArn = await fixture.start(await fixture.create(WAIT));
    await fixture.clock.advance(1000);
    await fixture.states('StopExecution', { executionArn, error: 'Enough', cause: 'by hand' });
    const outcome = await fixture.outcome(executionArn);
    expect(outcome).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'by hand' });
    expect(outcome.events.at(-1)?.type).toBe('ExecutionAborted');
    await expect(fixture.clock.advanceUntil(() => false, 1e9)).rejects.toThrow('no timer is left');
  });

  it('times out as a whole', async () => {
    const fixture = new StateMachineFixture();
    const outcome = await fixture.run({ ...WAIT, TimeoutSeconds: 5 });
    expect(outcome.status).toBe('TIMED_OUT');
    expect(fixture.clock.now()).toBe(5000);
  });

  it('fails when its history is full, which is 25,000 events', async () => {
    const fixture = new StateMachineFixture();
    const executionArn = await fixture.start(await fixture.create(LOOP));
    await fixture.clock.settle();
    const outcome = await fixture.outcome(executionArn);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    const page = { executionArn, reverseOrder: true, maxResults: 1 };
    const { events } = await fixture.states('GetExecutionHistory', page);
    expect(events).toMatchObject([{ id: 25_000, type: 'ExecutionFailed' }]);
  });

  it('keeps the definition that it started with when the machine is updated', async () => {
    const fixture = new StateMachineFixture();
    const stateMachineArn = await fixture.create(WAIT);
    const executionArn = await fixture.start(stateMachineArn);
    await fixture.states('UpdateStateMachine', { stateMachineArn, definition: JSON.stringify(PASS) });
    await fixture.finish(executionArn);
    expect(fixture.clock.now()).toBe(100_000);
    const { definition } = await fixture.states('DescribeStateMachineForExecution', { executionArn });
    expect(JSON.parse(String(definition))).toEqual(WAIT);
  });

  it('pages its history without loss', async () => {
    const fixture = new StateMachineFixture();
    const executionArn = await fixture.start(await fixture.create(PASS));
    await fixture.clock.settle();
    const ids: unknown[] = [];
    let nextToken: unknown;
    do {
      const page = await fixture.states('GetExecutionHistory', { executionArn, maxResults: 3, nextToken });
      ids.push(...(page.events as { id: number }[]).map(({ id }) => id));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(ids).toEqual([1, 2, 3, 4]);
  });
});

describe('An Express machine', () => {
  it('answers synchronously, and several executions may bear one name', async () => {
    const fixture = new StateMachineFixture({ lambda: lambda(x => x) });
    const stateMachineArn = await fixture.create(oneTask({}), { type: 'EXPRESS' });
    const request = { stateMachineArn, name: 'same', input: '{"x":1}' };
    const [a, b] = await Promise.all([
      fixture.states('StartSyncExecution', request),
      fixture.states('StartSyncExecution', request),
    ]);
    expect(a).toMatchObject({ status: 'SUCCEEDED', output: '{"x":1}' });
    expect(a.executionArn).not.toBe(b.executionArn);
    await expect(fixture.states('DescribeExecution', { executionArn: a.executionArn })).rejects.toMatchObject({
      code: 'InvalidArn',
    });
  });

  it('ends after five minutes', async () => {
    const fixture = new StateMachineFixture();
    const stateMachineArn = await fixture.create(
      { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 301, End: true } } },
      { type: 'EXPRESS' },
    );
    const answer = fixture.states('StartSyncExecution', { stateMachineArn });
    await fixture.clock.advance(300_000);
    expect(await answer).toMatchObject({ status: 'TIMED_OUT' });
  });

  it('bills by started 100 ms and 64 MB', async () => {
    const fixture = new StateMachineFixture({
      lambda: { Invoke: () => fixture.clock.sleep(250).then(() => ({ StatusCode: 200, Payload: '1' })) },
    });
    const stateMachineArn = await fixture.create(oneTask({}), { type: 'EXPRESS' });
    const answer = fixture.states('StartSyncExecution', { stateMachineArn });
    await fixture.clock.advance(1000);
    expect((await answer).billingDetails).toEqual({ billedMemoryUsedInMB: 64, billedDurationInMilliseconds: 300 });
  });

  it('keeps no history, so that none can be too long, and lists no executions', async () => {
    const fixture = new StateMachineFixture();
    const ItemProcessor = { StartAt: 'Each', States: { Each: { Type: 'Pass', End: true } } };
    const map = { StartAt: 'All', States: { All: { Type: 'Map', ItemProcessor, ResultPath: null, End: true } } };
    const stateMachineArn = await fixture.create(map, { type: 'EXPRESS' });
    const input = JSON.stringify(Array.from({ length: 7000 }, () => 1));
    expect(await fixture.states('StartSyncExecution', { stateMachineArn, input })).toMatchObject({
      status: 'SUCCEEDED',
    });
    await expect(fixture.states('ListExecutions', { stateMachineArn })).rejects.toMatchObject({
      code: 'StateMachineTypeNotSupported',
    });
  });

  it('is run as often as it is asked for: a name is not a promise of once', async () => {
    const fixture = new StateMachineFixture({ lambda: lambda(() => 'done') });
    const stateMachineArn = await fixture.create(oneTask({}), { type: 'EXPRESS' });
    for (let i = 0; i < 3; i++) await fixture.start(stateMachineArn, {}, 'same');
    await fixture.clock.settle();
    expect(fixture.calls).toHaveLength(3);
  });
});

describe('A nested execution', () => {
  const nested = (Resource: string, stateMachineArn: string) =>
    oneTask({ Resource, Parameters: { StateMachineArn: stateMachineArn, Input: { from: 'parent' } } });

  it('is waited for, and its output parsed, with .sync:2', async () => {
    const fixture = new StateMachineFixture();
    const inner = await fixture.create(WAIT, { name: 'inner' });
    const outcome = await fixture.run(nested('arn:aws:states:::states:startExecution.sync:2', inner));
    expect(outcome.output).toMatchObject({ Status: 'SUCCEEDED', Output: { from: 'parent' } });
    expect(fixture.clock.now()).toBe(100_000);
  });

  it('fails its parent with States.TaskFailed', async () => {
    const fixture = new StateMachineFixture();
    const inner = await fixture.create(
      { StartAt: 'No', States: { No: { Type: 'Fail', Error: 'Inner' } } },
      { name: 'inner' },
    );
    const outcome = await fixture.run(nested('arn:aws:states:::states:startExecution.sync', inner));
    expect(outcome.error).toBe('States.TaskFailed');
    expect(JSON.parse(String(outcome.cause))).toMatchObject({ Error: 'Inner', Status: 'FAILED' });
  });

  it('is stopped when its parent is', async () => {
    const fixture = new StateMachineFixture();
    const inner = await fixture.create(WAIT, { name: 'inner' });
    const outer = await fixture.create(nested('arn:aws:states:::states:startExecution.sync', inner));
    const executionArn = await fixture.start(outer);
    await fixture.clock.advance(1000);
    await fixture.states('StopExecution', { executionArn });
    await fixture.clock.settle();
    const { executions } = await fixture.states('ListExecutions', { stateMachineArn: inner });
    expect(executions).toMatchObject([{ status: 'ABORTED' }]);
  });
});

describe('What an execution tells of itself', () => {
  it('counts and times itself in AWS/States', async () => {
    const fixture = new StateMachineFixture();
    const metrics: MetricDatum[] = [];
    fixture.cloud.metrics = datum => metrics.push(datum);
    const stateMachineArn = await fixture.create(WAIT);
    await fixture.finish(await fixture.start(stateMachineArn));
    const dimensions = { StateMachineArn: stateMachineArn };
    const transition = { ServiceMetric: 'StateTransition' };
    expect(metrics).toEqual([
      { namespace: 'AWS/States', name: 'ExecutionsStarted', dimensions, value: 1, unit: 'Count' },
      { namespace: 'AWS/States', name: 'ConsumedCapacity', dimensions: transition, value: 1, unit: 'Count' },
      { namespace: 'AWS/States', name: 'ExecutionsSucceeded', dimensions, value: 1, unit: 'Count' },
      { namespace: 'AWS/States', name: 'ExecutionTime', dimensions, value: 100_000, unit: 'Milliseconds' },
    ]);
  });

  it('logs its events at the level asked, without data unless asked', async () => {
    const fixture = new StateMachineFixture();
    const lines: LogLine[] = [];
    fixture.cloud.logs = line => lines.push(line);
    const logGroupArn = 'arn:aws:logs:eu-west-1:000000000000:log-group:/sagas:*';
    const loggingConfiguration = { level: 'ALL', destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }] };
    const machine = await fixture.create(PASS, { loggingConfiguration });
    await fixture.start(machine, { secret: 1 });
    await fixture.clock.settle();
    expect(lines.map(({ message }) => JSON.parse(message).type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
    expect(new Set(lines.map(({ logGroup }) => logGroup))).toEqual(new Set(['/sagas']));
    expect(lines.some(({ message }) => message.includes('secret'))).toBe(false);
  });

  it('asks for the permission of the machine or execution that a call names', async () => {
    const fixture = new StateMachineFixture();
    const service = fixture.cloud.service('states');
    expect(service?.permissions?.('StartExecution', { stateMachineArn: FUNCTION })).toEqual([
      { action: 'states:StartExecution', resources: [FUNCTION] },
    ]);
    expect(service?.permissions?.('SendTaskSuccess', { taskToken: 't' })).toEqual([
      { action: 'states:SendTaskSuccess', resources: ['*'] },
    ]);
  });
});

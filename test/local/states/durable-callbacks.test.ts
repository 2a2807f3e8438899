/** Work that others do for an execution, and work that it has others do, over deaths of the process. */
import { afterEach, describe, expect, it } from 'vitest';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { TaskTokens } from '../../../local/services/states/execution/task-tokens.ts';
import { DurableWorld, type WorldOptions } from './durable-world.ts';
import type { Outcome } from './state-machine-fixture.ts';

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0).reverse()) await remove();
});

function world(options: WorldOptions = {}): Promise<DurableWorld> {
  const made = new DurableWorld(options);
  removers.push(made.remove);
  return made.start();
}

const only = (state: JsonObject): JsonObject => ({ StartAt: 'Only', States: { Only: { ...state, End: true } } });
const types = ({ events }: Outcome) => events.map(({ type }) => type);

const ASK = {
  Type: 'Task',
  Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  Parameters: { QueueUrl: 'http://127.0.0.1:0/000000000000/approvals', MessageBody: { 'token.$': '$$.Task.Token' } },
};
const ASKED = [
  'ExecutionStarted',
  'TaskStateEntered',
  'TaskScheduled',
  'TaskStarted',
  'TaskSubmitted',
  'TaskSucceeded',
  'TaskStateExited',
  'ExecutionSucceeded',
];

describe('A task token after kill -9', () => {
  it('is the same: whoever holds it completes the task, once', async () => {
    const one = await world();
    const executionArn = await one.begin(only(ASK));
    await one.clock.advance(1000);
    await one.kill(3_600_000);
    await one.kill(3_600_000);
    const [taskToken, ...others] = one.tokens;
    expect(others).toEqual([]);
    await one.states('SendTaskSuccess', { taskToken, output: '{"by":"Ada"}' });
    await one.kill();
    const outcome = await one.finish(executionArn);
    expect(outcome.output).toEqual({ by: 'Ada' });
    expect(types(outcome)).toEqual(ASKED);
    await expect(one.states('SendTaskSuccess', { taskToken, output: '1' })).rejects.toMatchObject({
      code: 'TaskTimedOut',
    });
  });

  it('fails the task when it comes with a failure, and catchers see it', async () => {
    const one = await world();
    const Catch = [{ ErrorEquals: ['Refused'], Next: 'Sorry' }];
    const definition = {
      StartAt: 'Ask',
      States: { Ask: { ...ASK, Catch, End: true }, Sorry: { Type: 'Pass', End: true } },
    };
    const executionArn = await one.begin(definition);
    await one.clock.advance(1000);
    await one.kill();
    await one.states('SendTaskFailure', { taskToken: one.tokens[0], error: 'Refused', cause: 'too dear' });
    expect((await one.finish(executionArn)).output).toEqual({ Error: 'Refused', Cause: 'too dear' });
  });

  it('lives on by the heartbeats that it got before', async () => {
    const one = await world();
    const startMs = one.clock.now();
    const executionArn = await one.begin(only({ ...ASK, HeartbeatSeconds: 60 }));
    await one.clock.advance(50_000);
    await one.states('SendTaskHeartbeat', { taskToken: one.tokens[0] });
    await one.kill(50_000);
    await one.clock.advance(5000);
    await one.states('SendTaskHeartbeat', { taskToken: one.tokens[0] });
    await one.kill(58_000);
    expect((await one.outcome(executionArn)).status).toBe('RUNNING');
    const outcome = await one.finish(executionArn);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(one.clock.now() - startMs).toBeGreaterThanOrEqual(165_000);
    expect(one.clock.now() - startMs).toBeLessThan(166_000);
  });
});

it('TaskTokens keeps an answer until the task has taken it, whoever takes it', async () => {
  const before = new TaskTokens(seededIds(1));
  const token = before.newToken();
  before.open(token);
  before.answer(token, { output: { by: 'Ada' } });
  const stored = before.stored(token);
  if (stored === undefined) throw new Error('Cannot restore the token: it is not kept');
  const after = new TaskTokens(seededIds(2));
  after.restore(token, JSON.parse(JSON.stringify(stored)));
  expect(after.state(token)).toBe('closed');
  const task = after.open(token);
  expect(await task.completed).toEqual({ by: 'Ada' });
  task.close();
  expect(after.stored(token)).toBe('closed');
});

describe('An activity after kill -9', () => {
  const ACTIVITY = 'arn:aws:states:eu-west-1:000000000000:activity:pack';

  it('still has its tasks: those that nobody has taken, and those that a worker works on', async () => {
    const one = await world();
    await one.states('CreateActivity', { name: 'pack' });
    const stateMachineArn = await one.create(only({ Type: 'Task', Resource: ACTIVITY }));
    const first = await one.begun(stateMachineArn, 1);
    const second = await one.begun(stateMachineArn, 2);
    const taken = await one.states('GetActivityTask', { activityArn: ACTIVITY, workerName: 'w' });
    expect(taken.input).toBe('1');
    await one.kill();
    const other = await one.states('GetActivityTask', { activityArn: ACTIVITY });
    expect(other.input).toBe('2');
    await one.states('SendTaskSuccess', { taskToken: taken.taskToken, output: '"packed"' });
    await one.kill();
    await one.states('SendTaskSuccess', { taskToken: other.taskToken, output: '"too"' });
    const outcome = await one.finish(first);
    expect(outcome.output).toBe('packed');
    expect(types(outcome).slice(2, 5)).toEqual(['ActivityScheduled', 'ActivityStarted', 'ActivitySucceeded']);
    expect((await one.finish(second)).output).toBe('too');
  });
});

describe('A nested execution after kill -9', () => {
  const REST = { Type: 'Wait', Seconds: 100 };
  const nested = (pattern: string) =>
    only({
      Type: 'Task',
      Resource: `arn:aws:states:::states:startExecution.${pattern}`,
      Parameters: { StateMachineArn: 'arn:aws:states:eu-west-1:000000000000:stateMachine:inner', Input: { n: 1 } },
    });

  it.each([
    ['sync:2', { n: 1 }],
    ['sync', '{"n":1}'],
  ])('is waited for, not started again (%s)', async (pattern, Output) => {
    const one = await world();
    const inner = await one.create(only(REST), { name: 'inner' });
    const executionArn = await one.begin(nested(pattern));
    for (let times = 0; times < 3; times++) {
      await one.clock.advance(20_000);
      await one.kill(1000);
    }
    const outcome = await one.finish(executionArn);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: { Status: 'SUCCEEDED', Output } });
    expect(types(outcome)).toEqual(ASKED);
    const { executions } = await one.states('ListExecutions', { stateMachineArn: inner });
    expect(executions).toHaveLength(1);
  });

  it('is stopped with the one that started it, by whoever asks for that before anything goes on', async () => {
    const one = await world();
    const inner = await one.create(only(REST), { name: 'inner' });
    const executionArn = await one.begin(nested('sync:2'));
    await one.clock.advance(1000);
    one.beforeResume = cloud =>
      cloud.call({ service: 'states', operation: 'StopExecution', input: { executionArn }, principal: OPERATOR });
    await one.kill();
    one.beforeResume = undefined;
    await one.kill();
    const outcome = await one.outcome(executionArn);
    expect(outcome.status).toBe('ABORTED');
    expect(types(outcome).slice(-2)).toEqual(['TaskStateAborted', 'ExecutionAborted']);
    const { executions } = await one.states('ListExecutions', { stateMachineArn: inner });
    expect(executions).toMatchObject([{ status: 'ABORTED' }]);
  });

  it('is stopped with the one that started it', async () => {
    const one = await world();
    const inner = await one.create(only(REST), { name: 'inner' });
    const executionArn = await one.begin(nested('sync:2'));
    await one.clock.advance(1000);
    await one.kill();
    await one.states('StopExecution', { executionArn });
    await one.kill(1_000_000);
    await one.clock.advance(1000);
    const { executions } = await one.states('ListExecutions', { stateMachineArn: inner });
    expect(executions).toMatchObject([{ status: 'ABORTED' }]);
  });
});

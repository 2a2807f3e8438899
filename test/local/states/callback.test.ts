import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { oneTask, StateMachineFixture } from './state-machine-fixture.ts';

const HOUR_MS = 3_600_000;

const ASK = {
  QueryLanguage: 'JSONata',
  Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  Arguments: {
    QueueUrl: 'http://127.0.0.1:0/000000000000/approvals',
    MessageBody: { token: '{% $states.context.Task.Token %}' },
  },
};

function approvals(seed?: number) {
  return new StateMachineFixture({ sqs: { SendMessage: () => ({ MessageId: 'm' }) } }, seed);
}

function tokenOf(fixture: StateMachineFixture): string {
  const body = JSON.parse(String(fixture.calls.at(-1)?.input.MessageBody)) as { token: string };
  return body.token;
}

async function asked(fixture: StateMachineFixture, task: JsonObject): Promise<string> {
  const executionArn = await fixture.start(await fixture.create(oneTask({ ...ASK, ...task })));
  await fixture.clock.settle();
  return executionArn;
}

describe('A task that waits for its token', () => {
  it('goes on with what SendTaskSuccess brings, a day later', async () => {
    const fixture = approvals();
    const executionArn = await asked(fixture, {});
    await fixture.clock.advance(24 * HOUR_MS);
    await fixture.states('SendTaskSuccess', { taskToken: tokenOf(fixture), output: '{"approved":true}' });
    await fixture.clock.settle();
    const outcome = await fixture.outcome(executionArn);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: { approved: true } });
    expect(outcome.events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('fails with what SendTaskFailure brings', async () => {
    const fixture = approvals();
    const executionArn = await asked(fixture, {});
    await fixture.states('SendTaskFailure', { taskToken: tokenOf(fixture), error: 'Rejected', cause: 'no' });
    await fixture.clock.settle();
    expect(await fixture.outcome(executionArn)).toMatchObject({ status: 'FAILED', error: 'Rejected', cause: 'no' });
  });

  it('lives as long as heartbeats come in time, and no longer', async () => {
    const fixture = approvals();
    const executionArn = await asked(fixture, { HeartbeatSeconds: 3600 });
    for (let beat = 0; beat < 30; beat++) {
      await fixture.clock.advance(HOUR_MS - 1000);
      await fixture.states('SendTaskHeartbeat', { taskToken: tokenOf(fixture) });
    }
    expect((await fixture.outcome(executionArn)).status).toBe('RUNNING');
    await fixture.clock.advance(HOUR_MS);
    expect(await fixture.outcome(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  it('lets a missed heartbeat be caught by its own name', async () => {
    const fixture = approvals();
    const Catch = [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Late' }];
    const definition = oneTask({ ...ASK, HeartbeatSeconds: 5, Catch }, { Late: { Type: 'Pass', End: true } });
    expect((await fixture.run(definition)).status).toBe('SUCCEEDED');
  });

  it('refuses a token that was used, timed out, or never was', async () => {
    const fixture = approvals();
    await asked(fixture, { TimeoutSeconds: 10 });
    const taskToken = tokenOf(fixture);
    await fixture.clock.advance(11_000);
    await expect(fixture.states('SendTaskSuccess', { taskToken, output: '1' })).rejects.toMatchObject({
      code: 'TaskTimedOut',
    });
    await expect(fixture.states('SendTaskHeartbeat', { taskToken: 'made up' })).rejects.toMatchObject({
      code: 'InvalidToken',
    });
  });

  it('refuses an output that is not JSON and goes on waiting', async () => {
    const fixture = approvals();
    const executionArn = await asked(fixture, {});
    const taskToken = tokenOf(fixture);
    await expect(fixture.states('SendTaskSuccess', { taskToken, output: 'yes' })).rejects.toMatchObject({
      code: 'InvalidOutput',
    });
    expect((await fixture.outcome(executionArn)).status).toBe('RUNNING');
  });

  it('gives the same history for the same seed, to the last id', async () => {
    const histories: string[] = [];
    for (let run = 0; run < 2; run++) {
      const fixture = approvals(42);
      const executionArn = await asked(fixture, { HeartbeatSeconds: 7200 });
      await fixture.clock.advance(HOUR_MS);
      await fixture.states('SendTaskHeartbeat', { taskToken: tokenOf(fixture) });
      await fixture.clock.advance(HOUR_MS);
      await fixture.states('SendTaskSuccess', { taskToken: tokenOf(fixture), output: '{}' });
      await fixture.clock.settle();
      histories.push(JSON.stringify((await fixture.outcome(executionArn)).events));
    }
    expect(histories[0]).toBe(histories[1]);
  });
});

describe('An activity', () => {
  it('gives its task to a worker that waits, and takes the answer', async () => {
    const fixture = new StateMachineFixture();
    const { activityArn } = await fixture.states('CreateActivity', { name: 'pack' });
    const taken = fixture.states('GetActivityTask', { activityArn, workerName: 'w1' });
    const machine = await fixture.create(oneTask({ Resource: activityArn }));
    const executionArn = await fixture.start(machine, { parcel: 1 });
    await fixture.clock.settle();
    const { taskToken, input } = await taken;
    expect(input).toBe('{"parcel":1}');
    await fixture.states('SendTaskSuccess', { taskToken, output: '"packed"' });
    await fixture.clock.settle();
    expect((await fixture.outcome(executionArn)).output).toBe('packed');
  });

  it('answers nothing when no task came within a minute, and loses none that comes later', async () => {
    const fixture = new StateMachineFixture();
    const { activityArn } = await fixture.states('CreateActivity', { name: 'pack' });
    const nothing = fixture.states('GetActivityTask', { activityArn });
    await fixture.clock.advance(60_000);
    expect(await nothing).toEqual({});
    await fixture.start(await fixture.create(oneTask({ Resource: activityArn })), { parcel: 2 });
    await fixture.clock.settle();
    expect((await fixture.states('GetActivityTask', { activityArn })).input).toBe('{"parcel":2}');
  });
});

/** A saga of a day, with a person who approves it and a worker who keeps its payment alive, on the virtual clock. */
import { expect, it } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { failure, StateMachineFixture } from './state-machine-fixture.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const REFUSED = { ErrorEquals: ['ApprovalRefused'], ResultPath: '$.refusal', Next: 'Cancel' };

const callback = (FunctionName: string) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Parameters: { FunctionName, Payload: { 'booking.$': '$.booking', 'token.$': '$$.Task.Token' } },
});

const SAGA = {
  StartAt: 'Reserve',
  TimeoutSeconds: 3 * 24 * 3600,
  States: {
    Reserve: {
      Type: 'Task',
      Resource: 'arn:aws:lambda:eu-west-1:000000000000:function:reserve',
      ResultPath: '$.reservation',
      Retry: [{ ErrorEquals: ['NoAnswer'], IntervalSeconds: 30, JitterStrategy: 'FULL' }],
      Next: 'Ask',
    },
    Ask: { ...callback('ask'), TimeoutSeconds: 36 * 3600, ResultPath: '$.approval', Catch: [REFUSED], Next: 'Pay' },
    Pay: { ...callback('pay'), HeartbeatSeconds: 600, ResultPath: '$.payment', Next: 'CoolingOff' },
    CoolingOff: { Type: 'Wait', Seconds: 24 * 3600, Next: 'Confirm' },
    Confirm: {
      Type: 'Parallel',
      Branches: ['Ticket', 'Receipt'].map(name => ({
        StartAt: name,
        States: {
          [name]: { Type: 'Pass', Parameters: { 'id.$': 'States.UUID()', 'for.$': '$.booking' }, End: true },
        },
      })),
      End: true,
    },
    Cancel: { Type: 'Fail', Error: 'Cancelled' },
  },
};

interface Run {
  readonly status: string;
  readonly output: unknown;
  /** All events, as text. */
  readonly history: string;
  readonly tookMs: number;
  readonly heartbeats: number;
}

/** The world around the saga: a shop that answers late, a person who decides after nine hours, a slow bank. */
async function runSaga(approve: boolean): Promise<Run> {
  let attempts = 0;
  let heartbeats = 0;
  const work: Record<string, (payload: JsonObject) => unknown> = {
    reserve: () => {
      if (++attempts < 3) throw failure('NoAnswer');
      return { seat: '12A' };
    },
    ask: ({ token }) => fixture.clock.schedule(9 * HOUR, () => void decide(token)),
    pay: ({ token }) => void settle(token),
  };
  const fixture = new StateMachineFixture({
    lambda: {
      Invoke: ({ FunctionName, Payload }) => {
        const result = answerOf(() =>
          work[String(FunctionName).split(':').at(-1) ?? '']?.(JSON.parse(String(Payload))),
        );
        return { StatusCode: 200, ...result };
      },
    },
  });
  async function decide(taskToken: unknown): Promise<void> {
    if (approve) await fixture.states('SendTaskSuccess', { taskToken, output: '{"by":"Ada"}' });
    else await fixture.states('SendTaskFailure', { taskToken, error: 'ApprovalRefused', cause: 'too dear' });
  }
  async function settle(taskToken: unknown): Promise<void> {
    for (; heartbeats < 6; heartbeats++) {
      await fixture.clock.sleep(9 * MINUTE);
      await fixture.states('SendTaskHeartbeat', { taskToken });
    }
    await fixture.states('SendTaskSuccess', { taskToken, output: '{"paid":true}' });
  }
  const startMs = fixture.clock.now();
  const executionArn = await fixture.start(await fixture.create(SAGA), { booking: 'b-1' });
  const { status, output } = await fixture.finish(executionArn);
  const { events } = await fixture.states('GetExecutionHistory', { executionArn, maxResults: 1000 });
  return { status, output, history: JSON.stringify(events), tookMs: fixture.clock.now() - startMs, heartbeats };
}

function answerOf(work: () => unknown): JsonObject {
  try {
    return { Payload: JSON.stringify(work() ?? null) };
  } catch (error) {
    const { name, message } = error as Error; // the work throws errors
    return { FunctionError: 'Unhandled', Payload: JSON.stringify({ errorType: name, errorMessage: message }) };
  }
}

/** Real milliseconds: what the test may take in all. */
const LIMIT_MS = 1000;

it(
  'A saga of more than a day runs in under a second, twice, with identical histories',
  async () => {
    const first = await runSaga(true);
    const second = await runSaga(true);
    expect(first).toMatchObject({
      status: 'SUCCEEDED',
      output: [{ for: 'b-1' }, { for: 'b-1' }],
      heartbeats: 6,
    });
    expect(first.tookMs).toBeGreaterThan(34 * HOUR - 6 * MINUTE);
    expect(second.history).toBe(first.history);
    expect(second).toEqual(first);
  },
  LIMIT_MS,
);

it('A saga whose approval is refused is cancelled after nine hours', async () => {
  const run = await runSaga(false);
  expect(run).toMatchObject({ status: 'FAILED', heartbeats: 0 });
  expect(run.history).toContain('"cause":"too dear"');
  expect(run.tookMs).toBeGreaterThanOrEqual(9 * HOUR);
  expect(run.tookMs).toBeLessThan(10 * HOUR);
});

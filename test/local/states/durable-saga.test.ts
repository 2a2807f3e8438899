/** The saga of a day of `day-long-saga.test.ts`, whose process dies again and again. */
import { afterEach, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { DurableWorld, type Invocation } from './durable-world.ts';
import { failure, type Outcome } from './state-machine-fixture.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** How finely the test looks at the world. */
const STEP = 10 * SECOND;

const callback = (name: string) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Parameters: { FunctionName: name, Payload: { name, 'token.$': '$$.Task.Token' } },
});

const SAGA = {
  StartAt: 'Reserve',
  TimeoutSeconds: 3 * 24 * 3600,
  States: {
    Reserve: {
      Type: 'Task',
      Resource: 'arn:aws:lambda:eu-west-1:000000000000:function:reserve',
      Parameters: { name: 'reserve', 'attempt.$': '$$.State.RetryCount' },
      ResultPath: '$.reservation',
      Retry: [{ ErrorEquals: ['NoAnswer'], IntervalSeconds: 30 }],
      Next: 'Ask',
    },
    Ask: { ...callback('ask'), TimeoutSeconds: 36 * 3600, ResultPath: '$.approval', Next: 'Pay' },
    Pay: { ...callback('pay'), HeartbeatSeconds: 600, ResultPath: '$.payment', Next: 'CoolingOff' },
    CoolingOff: { Type: 'Wait', Seconds: 24 * 3600, Next: 'Confirm' },
    Confirm: {
      Type: 'Parallel',
      Branches: ['Ticket', 'Receipt'].map(name => ({
        StartAt: name,
        States: { [name]: { Type: 'Pass', Parameters: { name, 'by.$': '$.approval.by' }, End: true } },
      })),
      End: true,
    },
  },
};

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0).reverse()) await remove();
});

interface Course {
  readonly outcome: Outcome;
  readonly invocations: readonly Invocation[];
  readonly tookMs: number;
}

/** Runs the saga; the process dies at the given times after its start, and another takes over at once. */
async function runSaga(deathsMs: readonly number[]): Promise<Course> {
  const world = new DurableWorld({
    work: ({ name, attempt }) => {
      if (name === 'reserve' && Number(attempt) < 2) throw failure('NoAnswer');
      return { seat: '12A' };
    },
  });
  removers.push(world.remove);
  await world.start();
  const startMs = world.clock.now();
  const executionArn = await world.begin(SAGA, { booking: 'b-1' });
  const deaths = [...deathsMs];
  const others = new Others(world);
  for (let status = 'RUNNING'; status === 'RUNNING'; status = (await world.outcome(executionArn)).status) {
    await world.clock.advance(STEP);
    await others.act();
    const [death] = deaths;
    if (death === undefined || world.clock.now() - startMs < death) continue;
    deaths.shift();
    await world.kill();
  }
  expect(deaths).toEqual([]);
  const { stopDate } = await world.states('DescribeExecution', { executionArn });
  const outcome = await world.outcome(executionArn);
  return { outcome, invocations: world.invocations, tookMs: Number(stopDate) * 1000 - startMs };
}

/** A person who decides after nine hours, and a bank that shows signs of life for most of an hour. */
class Others {
  readonly #world: DurableWorld;
  #decided = false;
  #signs = 0;

  constructor(world: DurableWorld) {
    this.#world = world;
  }

  async act(): Promise<void> {
    const asked = this.#sinceMs('ask');
    if (asked.forMs >= 9 * HOUR && !this.#decided) {
      this.#decided = true;
      await this.#send('Success', { taskToken: asked.token, output: '{"by":"Ada"}' });
    }
    const paying = this.#sinceMs('pay');
    if (this.#signs > 6 || paying.forMs < (this.#signs + 1) * 9 * MINUTE) return;
    this.#signs++;
    if (this.#signs <= 6) await this.#send('Heartbeat', { taskToken: paying.token });
    else await this.#send('Success', { taskToken: paying.token, output: '{"paid":true}' });
  }

  #sinceMs(name: string): { readonly forMs: number; readonly token: unknown } {
    const first = this.#world.invocations.find(invocation => invocation.name === name);
    return { forMs: first ? this.#world.clock.now() - first.atMs : -1, token: first?.payload.token };
  }

  async #send(what: string, input: JsonObject): Promise<void> {
    await this.#world.states(`SendTask${what}`, input);
  }
}

const told = ({ events }: Outcome) =>
  events.map(({ id, previousEventId, type, timestamp }) => ({ id, previousEventId, type, timestamp }));

it('A saga of more than a day has the same history when its process dies nine times on the way', async () => {
  const wanted = await runSaga([]);
  expect(wanted.outcome).toMatchObject({
    status: 'SUCCEEDED',
    output: [
      { name: 'Ticket', by: 'Ada' },
      { name: 'Receipt', by: 'Ada' },
    ],
  });
  const deaths = [20 * SECOND, MINUTE, 5 * MINUTE, 8 * HOUR, 9 * HOUR + 5 * MINUTE, 9.5 * HOUR, 10 * HOUR, 30 * HOUR];
  const course = await runSaga([...deaths, 34 * HOUR]);
  expect(course.outcome.output).toEqual(wanted.outcome.output);
  expect(told(course.outcome)).toEqual(told(wanted.outcome));
  expect(course.tookMs).toBe(wanted.tookMs);
  expect(course.invocations.map(({ name }) => name)).toEqual(['reserve', 'reserve', 'reserve', 'ask', 'pay']);
});

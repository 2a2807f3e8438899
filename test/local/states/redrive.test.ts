import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { FUNCTION, failure, lambda, type Outcome, StateMachineFixture } from './state-machine-fixture.ts';

const task = (name: string, more: JsonObject = { End: true }) => ({
  Type: 'Task',
  Resource: FUNCTION,
  Parameters: { name, 'input.$': '$' },
  ResultPath: `$.${name}`,
  ...more,
});

/** Functions that fail until they are mended; what was called is kept. */
class Shop extends StateMachineFixture {
  readonly called: string[] = [];
  readonly broken: Set<string>;

  constructor(...broken: readonly string[]) {
    super({ lambda: lambda(payload => this.#work(payload as { name: string; input: unknown })) });
    this.broken = new Set(broken);
  }

  #work({ name, input }: { readonly name: string; readonly input: unknown }): unknown {
    const call = typeof input === 'object' ? name : `${name}${input}`;
    this.called.push(call);
    if (this.broken.has(call)) throw failure('Broken', call);
    return `${call} done`;
  }

  async failing(definition: JsonObject, input: unknown = {}): Promise<string> {
    const executionArn = await this.start(await this.create(definition), input);
    expect((await this.finish(executionArn)).status).not.toBe('SUCCEEDED');
    return executionArn;
  }

  async redrive(executionArn: string): Promise<Outcome> {
    this.called.length = 0;
    this.broken.clear();
    await this.states('RedriveExecution', { executionArn });
    return this.finish(executionArn);
  }
}

const CHAIN = {
  StartAt: 'Reserve',
  States: {
    Reserve: task('reserve', { Next: 'Note' }),
    Note: { Type: 'Pass', Assign: { seat: '12A' }, Next: 'Pay' },
    Pay: task('pay', { Next: 'Done' }),
    Done: { Type: 'Pass', Parameters: { 'seat.$': '$seat', 'paid.$': '$.pay' }, End: true },
  },
};

const ITEMS = { items: [1, 2] };

/** Steps of all kinds, one after the other, each calling functions of its own. */
function chainOf(kinds: readonly string[]): JsonObject {
  const states = kinds.map((kind, i) => {
    const next = i + 1 < kinds.length ? { Next: `S${i + 1}` } : { End: true };
    const inner = (name: string) => ({ StartAt: name, States: { [name]: { ...task(name), ResultPath: '$' } } });
    const step =
      kind === 'task'
        ? task(`t${i}`, {})
        : kind === 'parallel'
          ? { Type: 'Parallel', Branches: [inner(`p${i}a`), inner(`p${i}b`)], ResultPath: `$.p${i}` }
          : mapStep(i);
    return [`S${i}`, { ...step, ...next }];
  });
  return { StartAt: 'S0', States: Object.fromEntries(states) };
}

/** One item after the other: what a failure ends before it was called is called once, later. */
function mapStep(i: number): JsonObject {
  const Item = { ...task(`m${i}x`), ResultPath: '$' };
  const ItemProcessor = { StartAt: `Item${i}`, States: { [`Item${i}`]: Item } };
  return {
    Type: 'Map',
    MaxConcurrency: 1,
    ItemsPath: '$$.Execution.Input.items',
    ItemProcessor,
    ResultPath: `$.m${i}`,
  };
}

describe('RedriveExecution', () => {
  it('goes on from the state that failed, with its input and variables, in the same history', async () => {
    const shop = new Shop('pay');
    const executionArn = await shop.failing(CHAIN);
    await shop.clock.advance(60_000);
    const outcome = await shop.redrive(executionArn);
    expect(shop.called).toEqual(['pay']);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: { seat: '12A', paid: 'pay done' }, error: undefined });
    const kinds = outcome.events.map(({ type }) => type);
    const redriven = kinds.indexOf('ExecutionRedriven');
    expect(kinds[redriven - 1]).toBe('ExecutionFailed');
    expect(kinds[redriven + 1]).toBe('LambdaFunctionScheduled');
    expect(outcome.events.map(({ id }) => id)).toEqual(outcome.events.map((_, i) => i + 1));
    const described = await shop.states('DescribeExecution', { executionArn });
    expect(described).toMatchObject({ redriveCount: 1, redriveDate: 60, redriveStatus: 'NOT_REDRIVABLE' });
  });

  it('does not run again the branches of a Parallel that succeeded', async () => {
    const shop = new Shop('b');
    const branch = (name: string) => ({ StartAt: name, States: { [name]: task(name) } });
    const Branches = [branch('a'), branch('b'), branch('c')];
    const definition = { StartAt: 'Both', States: { Both: { Type: 'Parallel', Branches, End: true } } };
    const outcome = await shop.redrive(await shop.failing(definition));
    expect(shop.called).toContain('b');
    expect(shop.called).not.toContain('a');
    expect(outcome.output).toEqual([{ a: 'a done' }, { b: 'b done' }, { c: 'c done' }]);
  });

  it.each([
    ['an inline Map', 'INLINE'],
    ['a distributed Map', 'DISTRIBUTED'],
  ])('does not run again the items of %s that succeeded', async (_what, Mode) => {
    const shop = new Shop('item2');
    const ItemProcessor = {
      ProcessorConfig: { Mode, ...(Mode === 'INLINE' ? {} : { ExecutionType: 'STANDARD' }) },
      StartAt: 'Item',
      States: { Item: { ...task('item'), ResultPath: '$' } },
    };
    const definition = {
      StartAt: 'All',
      States: { All: { Type: 'Map', MaxConcurrency: 1, ItemProcessor, End: true } },
    };
    const executionArn = await shop.failing(definition, [1, 2, 3]);
    const outcome = await shop.redrive(executionArn);
    expect(shop.called).toEqual(['item2', 'item3']);
    expect(outcome.output).toEqual(['item1 done', 'item2 done', 'item3 done']);
    if (Mode === 'INLINE') return;
    expect(outcome.events.map(({ type }) => type)).toContain('MapRunRedriven');
    const { mapRuns } = await shop.states('ListMapRuns', { executionArn });
    const [{ mapRunArn }] = mapRuns as [JsonObject];
    expect(await shop.states('DescribeMapRun', { mapRunArn })).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: 1,
      itemCounts: { succeeded: 3, failed: 0 },
    });
  });

  it('gives a retrier all its attempts again', async () => {
    const shop = new Shop('pay');
    const Retry = [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }];
    const executionArn = await shop.failing({ StartAt: 'Pay', States: { Pay: task('pay', { Retry, End: true }) } });
    expect(shop.called).toEqual(['pay', 'pay']);
    shop.called.length = 0;
    await shop.states('RedriveExecution', { executionArn });
    expect((await shop.finish(executionArn)).status).toBe('FAILED');
    expect(shop.called).toEqual(['pay', 'pay']);
  });

  it('runs a stopped execution on, and a timed-out one with a new allowance of time', async () => {
    const shop = new Shop();
    const definition = {
      TimeoutSeconds: 100,
      StartAt: 'Wait',
      States: { Wait: { Type: 'Wait', Seconds: 60, End: true } },
    };
    const executionArn = await shop.start(await shop.create(definition));
    await shop.clock.advance(50_000);
    await shop.states('StopExecution', { executionArn });
    await shop.clock.advance(1000);
    expect((await shop.redrive(executionArn)).status).toBe('SUCCEEDED');
    expect(shop.clock.now()).toBe(111_000);
  });

  it('ends as if nothing had ever failed, wherever it failed, and runs no function twice that succeeded', async () => {
    const steps = fc.array(fc.constantFrom('task', 'parallel', 'map'), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(), async (kinds, pick) => {
        const definition = chainOf(kinds);
        const healthy = new Shop();
        const wanted = await healthy.finish(await healthy.start(await healthy.create(definition), ITEMS));
        const names = [...new Set(healthy.called)].sort();
        const shop = new Shop(names[pick % names.length] ?? '');
        const executionArn = await shop.failing(definition, ITEMS);
        const before = shop.called.filter(name => !shop.broken.has(name));
        const outcome = await shop.redrive(executionArn);
        expect(outcome.output).toEqual(wanted.output);
        expect([...before, ...shop.called].sort()).toEqual(names);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses what cannot be redriven', async () => {
    const shop = new Shop('pay');
    const running = await shop.start(await shop.create(CHAIN));
    await expect(shop.states('RedriveExecution', { executionArn: running })).rejects.toMatchObject({
      code: 'ExecutionNotRedrivable',
      message: 'Execution is RUNNING and cannot be redriven',
    });
    await shop.finish(running);
    await shop.clock.advance(14 * 24 * 3_600_000 + 1);
    await expect(shop.states('RedriveExecution', { executionArn: running })).rejects.toMatchObject({
      message: 'Execution redrivable period exceeded',
    });
  });

  it('takes the same client token for the same redrive', async () => {
    const shop = new Shop('pay');
    const executionArn = await shop.failing(CHAIN);
    const request = { executionArn, clientToken: 'once' };
    const first = await shop.states('RedriveExecution', request);
    await shop.finish(executionArn);
    expect(await shop.states('RedriveExecution', request)).toEqual(first);
    expect(await shop.states('DescribeExecution', { executionArn })).toMatchObject({ redriveCount: 1 });
  });
});

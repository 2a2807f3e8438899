import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { FUNCTION, failure, lambda, StateMachineFixture } from './state-machine-fixture.ts';

const task = (fields: JsonObject = {}) => ({ Type: 'Task', Resource: FUNCTION, End: true, ...fields });
const branch = (name: string, state: JsonObject) => ({ StartAt: name, States: { [name]: state } });

describe('Parallel', () => {
  it('answers the outputs in the order of the branches, whichever ends first', async () => {
    const fixture = new StateMachineFixture();
    const slow = { Type: 'Wait', Seconds: 9, Next: 'B' };
    const Branches = [
      { StartAt: 'A', States: { A: slow, B: { Type: 'Pass', Result: 'slow', End: true } } },
      branch('C', { Type: 'Pass', Result: 'fast', End: true }),
    ];
    const outcome = await fixture.run(branch('Both', { Type: 'Parallel', Branches, End: true }));
    expect(outcome.output).toEqual(['slow', 'fast']);
    expect(outcome.events.map(({ type }) => type)).toContain('ParallelStateSucceeded');
  });

  it('ends the other branches at the first failure: a retry that was due never comes', async () => {
    const fixture = new StateMachineFixture({
      lambda: lambda(() => {
        throw failure('Busy');
      }),
    });
    const Branches = [
      branch('Retrying', task({ Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 60, MaxAttempts: 5 }] })),
      { StartAt: 'Pause', States: { Pause: { Type: 'Wait', Seconds: 10, Next: 'Stop' }, Stop: { Type: 'Fail' } } },
    ];
    const outcome = await fixture.run(branch('Both', { Type: 'Parallel', Branches, End: true }));
    expect(outcome.status).toBe('FAILED');
    await fixture.clock.advance(3_600_000);
    expect(fixture.calls).toHaveLength(1);
    expect(outcome.events.map(({ type }) => type).slice(-4)).toEqual([
      'FailStateEntered',
      'TaskStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('hands the failure of a branch to its catcher, with variables of its own kept apart', async () => {
    const fixture = new StateMachineFixture();
    const Branches = [
      branch('Assigns', { Type: 'Pass', Assign: { mine: 'branch' }, End: true }),
      branch('Stop', { Type: 'Fail', Error: 'NoSeat', Cause: 'full' }),
    ];
    const outcome = await fixture.run({
      QueryLanguage: 'JSONata',
      StartAt: 'Begin',
      States: {
        Begin: { Type: 'Pass', Assign: { outer: 'kept' }, Next: 'Both' },
        Both: {
          Type: 'Parallel',
          Branches,
          Catch: [
            { ErrorEquals: ['NoSeat'], Assign: { failure: '{% $states.errorOutput %}' }, Output: 1, Next: 'Undo' },
          ],
          Next: 'Undo',
        },
        Undo: {
          Type: 'Pass',
          Output: '{% {"outer": $outer, "failure": $failure, "leaked": $exists($mine)} %}',
          End: true,
        },
      },
    });
    expect(outcome.output).toEqual({ outer: 'kept', failure: { Error: 'NoSeat', Cause: 'full' }, leaked: false });
  });

  it('runs all branches again on Retry', async () => {
    let calls = 0;
    const fixture = new StateMachineFixture({
      lambda: lambda(() => {
        calls++;
        if (calls <= 2) throw failure('Flaky');
        return calls;
      }),
    });
    const Branches = [branch('A', task()), branch('B', task())];
    const Retry = [{ ErrorEquals: ['Flaky'], IntervalSeconds: 1 }];
    const outcome = await fixture.run(branch('Both', { Type: 'Parallel', Branches, Retry, End: true }));
    expect(outcome.output).toEqual([3, 4]);
  });
});

describe('Map', () => {
  const each = (fields: JsonObject, processor: JsonObject = task()) =>
    branch('Each', { Type: 'Map', ItemProcessor: branch('Item', processor), End: true, ...fields });

  it('keeps the order of the items and runs no more than MaxConcurrency at once', async () => {
    let running = 0;
    let most = 0;
    const fixture = new StateMachineFixture();
    fixture.cloud.register({
      name: 'lambda',
      wire: { protocol: 'json', targetPrefix: 'lambda', version: '1.1' },
      operations: {
        Invoke: async ({ Payload }) => {
          most = Math.max(most, ++running);
          await fixture.clock.sleep(1000 * (10 - Number(Payload)));
          running--;
          return { Payload };
        },
      },
    });
    const items = [1, 2, 3, 4, 5, 6, 7];
    const outcome = await fixture.run(each({ MaxConcurrency: 3 }), items);
    expect(outcome.output).toEqual(items);
    expect(most).toBe(3);
  });

  it('stops at the first failing item and starts no further one', async () => {
    const fixture = new StateMachineFixture({
      lambda: lambda(item => {
        if (item === 2) throw failure('BadItem');
        return item;
      }),
    });
    const outcome = await fixture.run(each({ MaxConcurrency: 1 }), [1, 2, 3, 4]);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'BadItem' });
    expect(fixture.calls).toHaveLength(2);
  });

  it('shows each iteration its index and value in the context', async () => {
    const fixture = new StateMachineFixture();
    const selector = { 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value', 'all.$': '$.items' };
    const outcome = await fixture.run(
      each({ ItemsPath: '$.items', ItemSelector: selector }, { Type: 'Pass', End: true }),
      { items: ['a', 'b'] },
    );
    expect(outcome.output).toEqual([
      { i: 0, v: 'a', all: ['a', 'b'] },
      { i: 1, v: 'b', all: ['a', 'b'] },
    ]);
  });

  it('bears failures of a distributed run up to the threshold and no further', async () => {
    const run = (ToleratedFailurePercentage: number) => {
      const fixture = new StateMachineFixture({
        lambda: lambda(item => {
          if (Number(item) < 3) throw failure('BadItem');
          return item;
        }),
      });
      const ItemProcessor = {
        ...branch('Item', task()),
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      };
      return fixture.run(each({ ItemProcessor, ToleratedFailurePercentage }), [1, 2, 3, 4]);
    };
    expect(await run(50)).toMatchObject({ status: 'SUCCEEDED', output: [3, 4] });
    expect(await run(49)).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
  });
});

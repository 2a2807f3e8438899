/** Branches, iterations and child executions, each of which goes on from its own place after a death of the process. */
import { afterEach, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { DurableWorld, type WorldOptions } from './durable-world.ts';
import { FUNCTION, failure, type Outcome } from './state-machine-fixture.ts';

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0).reverse()) await remove();
});

function world(options: WorldOptions = {}): Promise<DurableWorld> {
  const made = new DurableWorld(options);
  removers.push(made.remove);
  return made.start();
}

const CALL = { Type: 'Task', Resource: FUNCTION, Parameters: { 'name.$': "States.Format('item {}', $)" }, End: true };
const items = Array.from({ length: 10 }, (_, i) => i);

function map(Mode: string, more: JsonObject = {}, each: JsonObject = CALL, ExecutionType = 'STANDARD'): JsonObject {
  const ProcessorConfig = { Mode, ...(Mode === 'INLINE' ? {} : { ExecutionType }) };
  const ItemProcessor = { ProcessorConfig, StartAt: 'Each', States: { Each: each } };
  return { StartAt: 'All', States: { All: { Type: 'Map', Label: 'all', ItemProcessor, ...more, End: true } } };
}

const s3 = (one: DurableWorld, operation: string, input: JsonObject) => one.running.call('s3', operation, input);
const count = ({ events }: Outcome, type: string) => events.filter(event => event.type === type).length;

async function mapRunOf(one: DurableWorld, executionArn: string): Promise<JsonObject> {
  const { mapRuns } = await one.states('ListMapRuns', { executionArn });
  const [{ mapRunArn }, ...more] = mapRuns as [JsonObject];
  expect(more).toEqual([]);
  return one.states('DescribeMapRun', { mapRunArn });
}

it.each(['INLINE', 'DISTRIBUTED'])(
  'A Map (%s) goes on with the items that are left, no more of them at once than it may',
  async Mode => {
    const one = await world({ work: payload => payload.name });
    const executionArn = await one.begin(map(Mode, { MaxConcurrency: 3 }), items);
    for (let times = 0; times < 3; times++) {
      await one.clock.advance(1500);
      await one.kill(100);
    }
    const outcome = await one.finish(executionArn);
    expect(outcome.output).toEqual(items.map(item => `item ${item}`));
    expect(one.invocations.filter(({ process }) => process === 0).map(({ name }) => name)).toEqual(
      [0, 1, 2, 3, 4, 5].map(item => `item ${item}`),
    );
    for (let process = 1; process < 4; process++) {
      const own = one.invocations.filter(invocation => invocation.process === process);
      const firstMs = own[0]?.atMs;
      expect(own.filter(({ atMs }) => atMs === firstMs)).toHaveLength(Math.min(3, own.length));
    }
    if (Mode === 'INLINE') expect(count(outcome, 'MapIterationStarted')).toBe(10);
    else expect(count(outcome, 'MapRunStarted')).toBe(1);
  },
);

it('A Map run counts the failures that were before, and fails when there are too many in all', async () => {
  const work = ({ name }: JsonObject) => {
    if (['item 1', 'item 4', 'item 7'].includes(String(name))) throw failure('Bad');
    return name;
  };
  for (const [ToleratedFailureCount, status] of [
    [3, 'SUCCEEDED'],
    [2, 'FAILED'],
  ] as const) {
    const one = await world({ work });
    const executionArn = await one.begin(map('DISTRIBUTED', { MaxConcurrency: 1, ToleratedFailureCount }), items);
    await one.clock.advance(5500);
    await one.kill();
    expect((await mapRunOf(one, executionArn)).itemCounts).toMatchObject({ failed: 2, succeeded: 3, running: 1 });
    const outcome = await one.finish(executionArn);
    expect(outcome.status).toBe(status);
    const { itemCounts } = await mapRunOf(one, executionArn);
    expect(itemCounts).toMatchObject(
      status === 'SUCCEEDED' ? { failed: 3, succeeded: 7, pending: 0 } : { failed: 3, succeeded: 5, pending: 2 },
    );
  }
});

it('A Map run reads its items once, keeps its batches, and writes its results', async () => {
  const one = await world({ work: payload => payload.name });
  const put = (Key: string, text: string) =>
    s3(one, 'PutObject', { Bucket: 'lake', Key, Body: Buffer.from(text).toString('base64') });
  await s3(one, 'CreateBucket', { Bucket: 'lake', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
  await put('in.json', JSON.stringify(items));
  const each = { ...CALL, Parameters: { 'name.$': 'States.JsonToString($.Items)' } };
  const definition = map(
    'DISTRIBUTED',
    {
      MaxConcurrency: 2,
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        Parameters: { Bucket: 'lake', Key: 'in.json' },
        ReaderConfig: { InputType: 'JSON' },
      },
      ItemBatcher: { MaxItemsPerBatch: 3 },
      ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'lake', Prefix: 'out' } },
    },
    each,
  );
  const executionArn = await one.begin(definition);
  await one.clock.advance(1500);
  await one.kill();
  const outcome = await one.finish(executionArn);
  expect(outcome.status).toBe('SUCCEEDED');
  const { ResultWriterDetails } = outcome.output as { readonly ResultWriterDetails: { readonly Key: string } };
  const folder = ResultWriterDetails.Key.replace('/manifest.json', '');
  const { Body } = await s3(one, 'GetObject', { Bucket: 'lake', Key: `${folder}/SUCCEEDED_0.json` });
  const results = JSON.parse(Buffer.from(String(Body), 'base64').toString()) as readonly JsonObject[];
  expect(results.map(({ Output }) => JSON.parse(String(Output)))).toEqual(['[0,1,2]', '[3,4,5]', '[6,7,8]', '[9]']);
});

it.each(['INLINE', 'DISTRIBUTED'])(
  'A Map (%s) can be redriven after a kill, and be killed in its redrive',
  async Mode => {
    let isBroken = true;
    const one = await world({
      work: ({ name }) => {
        if (isBroken && name === 'item 2') throw failure('Bad');
        return name;
      },
    });
    const executionArn = await one.begin(map(Mode, { MaxConcurrency: 1 }), [1, 2, 3]);
    expect((await one.finish(executionArn)).status).toBe('FAILED');
    await one.kill();
    isBroken = false;
    await one.states('RedriveExecution', { executionArn });
    await one.clock.advance(1500);
    await one.kill();
    const outcome = await one.finish(executionArn);
    expect(outcome.output).toEqual(['item 1', 'item 2', 'item 3']);
    expect(one.invocations.map(({ name }) => name)).toEqual(['item 1', 'item 2', 'item 2', 'item 3', 'item 3']);
    if (Mode === 'INLINE') return;
    expect(count(outcome, 'MapRunRedriven')).toBe(1);
    expect(await mapRunOf(one, executionArn)).toMatchObject({
      redriveCount: 1,
      itemCounts: { succeeded: 3, failed: 0 },
    });
  },
);

it('Express children of a Map run begin anew, and those that had ended do not', async () => {
  const one = await world({ work: payload => payload.name });
  const executionArn = await one.begin(map('DISTRIBUTED', { MaxConcurrency: 2 }, CALL, 'EXPRESS'), [1, 2, 3]);
  await one.clock.advance(1500);
  await one.kill();
  const outcome = await one.finish(executionArn);
  expect(outcome.output).toEqual(['item 1', 'item 2', 'item 3']);
  expect(one.invocations.map(({ name }) => name)).toEqual(['item 1', 'item 2', 'item 3', 'item 3']);
});

it('Children end with the execution that dispatched them, when it is stopped after a kill', async () => {
  const one = await world();
  const executionArn = await one.begin(map('DISTRIBUTED', {}, { Type: 'Wait', Seconds: 1000, End: true }), [1, 2]);
  await one.clock.advance(1000);
  await one.kill();
  await one.states('StopExecution', { executionArn });
  await one.kill(10_000_000);
  await one.clock.advance(1000);
  expect(await mapRunOf(one, executionArn)).toMatchObject({
    status: 'ABORTED',
    itemCounts: { aborted: 2, running: 0 },
  });
});

it('A branch that fails after a kill ends the others, and the Parallel is caught with all that was before', async () => {
  const one = await world({
    work: ({ name }) => {
      throw failure(String(name));
    },
  });
  const branch = (name: string, state: JsonObject) => ({ StartAt: name, States: { [name]: { ...state, End: true } } });
  const definition = {
    StartAt: 'Note',
    States: {
      Note: { Type: 'Pass', Assign: { who: 'Ada' }, Next: 'Both' },
      Both: {
        Type: 'Parallel',
        Branches: [
          branch('Long', { Type: 'Wait', Seconds: 1000 }),
          branch('Bad', { ...CALL, Parameters: { name: 'Broken' } }),
        ],
        Catch: [{ ErrorEquals: ['Broken'], ResultPath: '$.error', Next: 'After' }],
        End: true,
      },
      After: { Type: 'Pass', Parameters: { 'who.$': '$who', 'error.$': '$.error.Error' }, End: true },
    },
  };
  const executionArn = await one.begin(definition);
  await one.clock.advance(500);
  await one.kill();
  await one.clock.advance(500);
  await one.kill();
  const outcome = await one.finish(executionArn);
  expect(outcome.output).toEqual({ who: 'Ada', error: 'Broken' });
  expect(count(outcome, 'ParallelStateStarted')).toBe(1);
  expect(count(outcome, 'WaitStateAborted')).toBe(1);
});

it('Child executions dispatch children of their own, which all go on', async () => {
  const one = await world({ work: payload => payload.name });
  const { All: Inner } = map('DISTRIBUTED', { Label: 'inner', MaxConcurrency: 1 }).States as Record<string, JsonObject>;
  const ItemProcessor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Inner',
    States: { Inner },
  };
  const outer = { StartAt: 'Outer', States: { Outer: { Type: 'Map', ItemProcessor, End: true } } };
  const executionArn = await one.begin(outer, [[1, 2], [3]]);
  for (let times = 0; times < 4; times++) {
    await one.clock.advance(700);
    await one.kill();
  }
  const outcome = await one.finish(executionArn);
  expect(outcome.output).toEqual([['item 1', 'item 2'], ['item 3']]);
  expect(count(outcome, 'MapRunStarted')).toBe(1);
  const { executions } = await one.states('ListExecutions', {
    mapRunArn: (await mapRunOf(one, executionArn)).mapRunArn,
  });
  expect(executions).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
});

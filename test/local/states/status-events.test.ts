import { expect, it } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { StateMachineFixture } from './state-machine-fixture.ts';

const FAIL = { StartAt: 'Stop', States: { Stop: { Type: 'Fail', Error: 'E', Cause: 'because' } } };

function bus() {
  return new StateMachineFixture({ events: { PutEvents: () => ({ FailedEntryCount: 0, Entries: [] }) } });
}

function eventsOf(fixture: StateMachineFixture) {
  return fixture.calls.map(({ input, principal }) => {
    const [entry] = input.Entries as [JsonObject];
    return { entry, principal, detail: JSON.parse(String(entry.Detail)) as JsonObject };
  });
}

it('Step Functions tells the default bus that a Standard execution runs and how it ended', async () => {
  const fixture = bus();
  const stateMachineArn = await fixture.create(FAIL);
  const executionArn = await fixture.start(stateMachineArn, { a: 1 }, 'one');
  await fixture.finish(executionArn);
  const [started, ended, ...more] = eventsOf(fixture);
  expect(more).toEqual([]);
  expect(started?.principal).toEqual({ kind: 'service', service: 'states.amazonaws.com', sourceArn: stateMachineArn });
  expect(started?.entry).toMatchObject({
    Source: 'aws.states',
    DetailType: 'Step Functions Execution Status Change',
    Resources: [executionArn],
  });
  expect(started?.detail).toMatchObject({
    executionArn,
    stateMachineArn,
    name: 'one',
    status: 'RUNNING',
    startDate: 0,
    stopDate: null,
    input: '{"a":1}',
    inputDetails: { included: true },
    output: null,
    outputDetails: null,
    redriveCount: 0,
  });
  expect(ended?.detail).toMatchObject({ status: 'FAILED', stopDate: 0, error: 'E', cause: 'because' });
});

it('Status events leave out input and output that are too large together', async () => {
  const fixture = bus();
  const pass = { StartAt: 'Pass', States: { Pass: { Type: 'Pass', End: true } } };
  await fixture.finish(await fixture.start(await fixture.create(pass), 'x'.repeat(130_000)));
  const [started, ended] = eventsOf(fixture);
  expect(started?.detail).toMatchObject({ inputDetails: { included: true } });
  expect(ended?.detail).toMatchObject({
    input: null,
    inputDetails: { included: false },
    output: null,
    outputDetails: { included: false },
  });
});

it('Express executions and the children of a Map run are not told of', async () => {
  const fixture = bus();
  const ItemProcessor = { ...FAIL, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
  const map = { StartAt: 'All', States: { All: { Type: 'Map', ItemProcessor, End: true } } };
  await fixture.finish(await fixture.start(await fixture.create(map), [1, 2]));
  expect(eventsOf(fixture)).toHaveLength(2);
  const stateMachineArn = await fixture.create(FAIL, { name: 'fast', type: 'EXPRESS' });
  await fixture.states('StartSyncExecution', { stateMachineArn });
  expect(eventsOf(fixture)).toHaveLength(2);
});

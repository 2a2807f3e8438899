import { expect, it } from 'vitest';
import { AwsError } from '../../../local/cloud/aws-error.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import type { MetricDatum } from '../../../local/cloud/telemetry.ts';
import { StateMachineFixture } from './state-machine-fixture.ts';

/** Two states in a row, then two branches of one state each. */
const MACHINE = {
  StartAt: 'A',
  States: {
    A: { Type: 'Pass', Next: 'Both' },
    Both: {
      Type: 'Parallel',
      Branches: ['B', 'C'].map(name => ({ StartAt: name, States: { [name]: { Type: 'Pass', End: true } } })),
      End: true,
    },
  },
};

const FLAKY = {
  StartAt: 'Try',
  States: {
    Try: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'f' },
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 2 }],
      End: true,
    },
  },
};

async function transitionsOf(fixture: StateMachineFixture, definition: JsonObject, options: JsonObject = {}) {
  const data: MetricDatum[] = [];
  fixture.cloud.metrics = datum => data.push(datum);
  const execution = await fixture.start(await fixture.create(definition, options), {}, 'one');
  if (options.type === 'EXPRESS') await fixture.clock.advance(60_000);
  else await fixture.finish(execution);
  return data
    .filter(({ name, dimensions }) => name === 'ConsumedCapacity' && dimensions.ServiceMetric === 'StateTransition')
    .reduce((sum, { value }) => sum + value, 0);
}

it('Step Functions counts a transition for each state that is entered, branches too', async () => {
  expect(await transitionsOf(new StateMachineFixture(), MACHINE)).toBe(4);
});

it('Step Functions counts each retry as a transition, as it bills them', async () => {
  const Invoke = () => {
    throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', { status: 429 });
  };
  const fixture = new StateMachineFixture({ lambda: { Invoke } });
  expect(await transitionsOf(fixture, FLAKY)).toBe(3);
});

it('Step Functions counts no transitions of Express workflows: they are billed by time', async () => {
  expect(await transitionsOf(new StateMachineFixture(), MACHINE, { type: 'EXPRESS' })).toBe(0);
});

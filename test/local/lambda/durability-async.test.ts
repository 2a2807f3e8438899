import { afterEach, describe, expect, it } from 'vitest';
import { lambdaService } from '../../../local/services/lambda/lambda-service.ts';
import { sqsService } from '../../../local/services/sqs/sqs-service.ts';
import { type RestartableCloud, restartableClouds } from '../../support/restartable-cloud.ts';
import { bundle, ROLE_ARN } from './lambda-fixture.ts';
import { NEVER, ScriptedHost } from './scripted-host.ts';

const MINUTE_MS = 60_000;
const DLQ_ARN = 'arn:aws:sqs:eu-west-1:000000000000:dead';

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0)) await remove();
});

/** A function and its failure queue; `host` outlives every cloud, as the outside world does. */
async function start(config: object = {}): Promise<{ host: ScriptedHost; running: RestartableCloud }> {
  const host = new ScriptedHost();
  const clouds = restartableClouds(cloud => {
    cloud.register(sqsService(cloud));
    cloud.register(lambdaService(cloud, { host }));
  });
  removers.push(clouds.remove);
  const running = await clouds.start();
  await running.call('sqs', 'CreateQueue', { QueueName: 'dead' });
  await running.call('lambda', 'CreateFunction', {
    FunctionName: 'f',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: ROLE_ARN,
    Code: { LocalDirectory: bundle('') },
  });
  const DestinationConfig = { OnFailure: { Destination: DLQ_ARN } };
  await running.call('lambda', 'PutFunctionEventInvokeConfig', { FunctionName: 'f', DestinationConfig, ...config });
  return { host, running };
}

function send(running: RestartableCloud, event: unknown): Promise<unknown> {
  const Payload = JSON.stringify(event);
  return running.call('lambda', 'Invoke', { FunctionName: 'f', InvocationType: 'Event', Payload });
}

async function reports(running: RestartableCloud): Promise<{ event: unknown; condition: string; count: number }[]> {
  const answer = await running.call<{ Messages?: { Body: string }[] }>('sqs', 'ReceiveMessage', {
    QueueUrl: 'http://x/000000000000/dead',
    MaxNumberOfMessages: 10,
  });
  return (answer.Messages ?? []).map(({ Body }) => {
    const { requestPayload, requestContext } = JSON.parse(Body);
    const { condition, approximateInvokeCount } = requestContext;
    return { event: requestPayload, condition, count: approximateInvokeCount };
  });
}

const events = (host: ScriptedHost) => host.invocations.map(({ event }) => event);

describe('asynchronous invocations after kill -9', () => {
  it('run although the process ended before their first attempt, in their order', async () => {
    const { host, running } = await start();
    for (let n = 0; n < 12; n++) await send(running, n);

    const after = await running.restarted(3 * 24 * 60 * MINUTE_MS);
    await after.clock.advance(0);

    expect(events(host)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const again = await after.restarted();
    await again.clock.advance(10 * MINUTE_MS);
    expect(events(host)).toHaveLength(12);
  });

  it('are attempted again when the process ended in the middle of one, without counting it', async () => {
    const { host, running } = await start({ MaximumRetryAttempts: 0 });
    host.handler = () => NEVER;
    await send(running, 'a');
    await running.clock.advance(0);

    const after = await running.restarted(MINUTE_MS);
    host.handler = () => new Error('no');
    await after.clock.advance(0);

    expect(events(host)).toEqual(['a', 'a']);
    expect(await reports(after)).toEqual([{ event: 'a', condition: 'RetriesExhausted', count: 1 }]);
  });

  it('wait for the rest of their pause, and at once when it was over while nobody was there', async () => {
    for (const [downMs, restMs] of [
      [20_000, 40_000],
      [90_000, 0],
    ] as const) {
      const { host, running } = await start();
      host.handler = () => new Error('no');
      await send(running, 'a');
      await running.clock.advance(0);

      const after = await running.restarted(downMs);
      if (restMs > 0) await after.clock.advance(restMs - 1);
      expect(host.invocations).toHaveLength(1);
      await after.clock.advance(1);
      expect(host.invocations).toHaveLength(2);
      await after.clock.advance(2 * MINUTE_MS);
      expect(host.invocations).toHaveLength(3);
      expect(await reports(after)).toEqual([{ event: 'a', condition: 'RetriesExhausted', count: 3 }]);
    }
  });

  it('do not run again when they have grown too old while they were retried', async () => {
    const { host, running } = await start({ MaximumEventAgeInSeconds: 120 });
    host.handler = () => new Error('no');
    await send(running, 'a');
    await running.clock.advance(0);

    const after = await running.restarted(10 * MINUTE_MS);
    await after.clock.advance(0);

    expect(host.invocations).toHaveLength(1);
    expect(await reports(after)).toEqual([{ event: 'a', condition: 'EventAgeExceeded', count: 1 }]);
  });

  it('are only reported when the process ended between their outcome and its delivery', async () => {
    const { host, running } = await start({ MaximumRetryAttempts: 0 });
    host.handler = () => new Error('no');
    running.cloud.intercept(async (request, next) => {
      if (request.operation === 'SendMessage') await running.clock.sleep(MINUTE_MS); // cut off
      return next();
    });
    await send(running, 'a');
    await running.clock.advance(0);

    const after = await running.restarted();
    await after.clock.advance(0);

    expect(host.invocations).toHaveLength(1);
    expect(await reports(after)).toEqual([{ event: 'a', condition: 'RetriesExhausted', count: 1 }]);
    const again = await after.restarted(10 * MINUTE_MS);
    await again.clock.advance(10 * MINUTE_MS);
    expect(await reports(again)).toHaveLength(1); // the one that became visible again
    expect(host.invocations).toHaveLength(1);
  });

  it('do not count an attempt that an orderly end of the process cut off', async () => {
    const { host, running } = await start({ MaximumRetryAttempts: 0 });
    let cutOff = (_: Error) => {};
    host.handler = () => new Promise(resolve => (cutOff = resolve));
    await send(running, 'a');
    await running.clock.advance(0);
    host.close = async () => cutOff(new Error('Runtime exited'));
    await running.cloud.close();
    await running.clock.settle();

    const after = await running.restarted();
    host.handler = () => 'done';
    await after.clock.advance(0);

    expect(events(host)).toEqual(['a', 'a']);
    expect(await reports(after)).toEqual([]);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { logsService } from '../../../local/services/logs/logs-service.ts';
import { type RestartableCloud, type RestartableOptions, restartableClouds } from '../../support/restartable-cloud.ts';

const removers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removers.splice(0)) await remove();
});

function start(options: RestartableOptions = {}): Promise<RestartableCloud> {
  const clouds = restartableClouds(cloud => cloud.register(logsService(cloud)), options);
  removers.push(clouds.remove);
  return clouds.start();
}

const group = { logGroupName: '/g' };
const logs = (running: RestartableCloud, operation: string, input: object = {}) =>
  running.call('logs', operation, { ...group, ...input });

async function write(running: RestartableCloud, logStream: string, count: number, from = 0): Promise<void> {
  for (let n = from; n < from + count; n++) {
    running.cloud.logs({ logGroup: '/g', logStream, message: `${logStream} ${n}` });
    if (n % 50 === 0) await running.clock.advance(10);
    if (n % 70 === 0) await running.journal.settled();
  }
}

/** Everything that can be read. */
async function seen(running: RestartableCloud): Promise<unknown> {
  return {
    groups: await running.call('logs', 'DescribeLogGroups', {}),
    streams: await logs(running, 'DescribeLogStreams', { orderBy: 'LastEventTime' }),
    events: await logs(running, 'FilterLogEvents'),
    policies: await running.call('logs', 'DescribeResourcePolicies', {}),
  };
}

describe('CloudWatch Logs after kill -9', () => {
  it('has groups, streams, retention, resource policies, and every event with its id and times', async () => {
    const before = await start();
    await logs(before, 'CreateLogGroup');
    await logs(before, 'CreateLogGroup', { logGroupName: 'gone' });
    await logs(before, 'PutRetentionPolicy', { retentionInDays: 7 });
    await logs(before, 'CreateLogStream', { logStreamName: 's' });
    const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'logs:*' } });
    await logs(before, 'PutResourcePolicy', { policyName: 'p', policyDocument });
    await logs(before, 'PutResourcePolicy', { policyName: 'gone', policyDocument });
    await logs(before, 'PutLogEvents', {
      logStreamName: 's',
      logEvents: [{ timestamp: before.clock.now() - 5_000, message: 'put\n"line"' }],
    });
    await write(before, 'other', 10);
    await logs(before, 'DeleteLogGroup', { logGroupName: 'gone' });
    await logs(before, 'DeleteResourcePolicy', { policyName: 'gone' });

    const after = await before.restarted();

    expect(await seen(after)).toEqual(await seen(before));
    expect(after.cloud.service('logs')?.resourcePolicy?.('')).toEqual(
      before.cloud.service('logs')?.resourcePolicy?.(''),
    );
    await logs(after, 'DeleteRetentionPolicy');
    await logs(after, 'DeleteLogStream', { logStreamName: 'other' });
    expect(await seen(await after.restarted())).toEqual(await seen(after));
  });

  it('goes on numbering events, so that a page goes on where it ended', async () => {
    const before = await start();
    await write(before, 's', 30);
    const page = await logs(before, 'GetLogEvents', { logStreamName: 's', limit: 20, startFromHead: true });

    const after = await before.restarted();
    await write(after, 's', 10, 30);

    const rest = await logs(after, 'GetLogEvents', { logStreamName: 's', nextToken: page.nextForwardToken });
    const messages = (rest.events as { message: string }[]).map(({ message }) => message);
    expect(messages).toEqual(Array.from({ length: 20 }, (_, n) => `s ${20 + n}`));
  });

  it.each([undefined, 5_000, 50_000])(
    'keeps what the ring keeps (snapshot after %s bytes)',
    async snapshotAfterBytes => {
      const before = await start(snapshotAfterBytes === undefined ? {} : { snapshotAfterBytes });
      await write(before, 's', 12_321);
      await write(before, 't', 100);

      const after = await before.restarted();

      expect(await seen(after)).toEqual(await seen(before));
      const { events } = await logs(after, 'GetLogEvents', { logStreamName: 's' });
      expect(events).toHaveLength(10_000);
      await write(before, 's', 500, 12_321);
      await write(after, 's', 500, 12_321);
      expect(await seen(after)).toEqual(await seen(before));
      expect(await seen(await after.restarted())).toEqual(await seen(after));
    },
  );

  it('keeps what the ring keeps when it goes round while a snapshot is taken', async () => {
    const before = await start({ snapshotAfterBytes: 100_000 });
    const policyDocument = JSON.stringify({ Statement: [], Id: 'x'.repeat(300_000) }); // a turn of its own
    await logs(before, 'PutResourcePolicy', { policyName: 'p', policyDocument });
    for (let turn = 0; turn < 24; turn++) {
      await write(before, `s ${'x'.repeat(300)}`, 690, turn * 690 + 1);
      await before.journal.settled();
    }
    const after = await before.restarted();
    expect(await seen(after)).toEqual(await seen(before));
  });

  it('forgets the events that have outlived the retention', async () => {
    const before = await start({ snapshotAfterBytes: 1_000 });
    await logs(before, 'CreateLogGroup');
    await logs(before, 'PutRetentionPolicy', { retentionInDays: 1 });
    await write(before, 's', 40);
    await before.clock.advance(86_400_000);
    await write(before, 's', 400, 100);
    await before.clock.settle();

    const after = await before.restarted();

    expect(await seen(after)).toEqual(await seen(before));
    expect(after.journal.summary.records['logs/events']).toBeLessThan(440);
  });

  it('gives no event of a deleted stream to a new one', async () => {
    const before = await start();
    await write(before, 'kept', 1);
    await write(before, 'deleted', 5);
    await logs(before, 'DeleteLogStream', { logStreamName: 'deleted' });

    const between = await before.restarted();
    await logs(between, 'CreateLogStream', { logStreamName: 'new' });
    const after = await between.restarted();

    expect(await logs(after, 'GetLogEvents', { logStreamName: 'new' })).toMatchObject({ events: [] });
  });
});

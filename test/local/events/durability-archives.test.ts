import { describe, expect, test } from 'vitest';
import type { RestartableCloud } from '../../support/restartable-cloud.ts';
import {
  BUS_ARN,
  DAY_MS,
  endCloudsAfterEach,
  MINUTE_MS,
  makeQueues,
  makeRule,
  put,
  replay,
  startEvents,
  takeNumbers,
  target,
} from './durable-events.ts';

endCloudsAfterEach();

describe('archives and replays after kill -9', () => {
  async function archived() {
    const made = await startEvents();
    const { running } = made;
    await makeQueues(running, 'a');
    await running.call('events', 'CreateArchive', { ArchiveName: 'all', EventSourceArn: BUS_ARN });
    for (let n = 0; n < 5; n++) {
      await put(running, 2 * n, 2 * n + 1);
      await running.clock.advance(MINUTE_MS);
    }
    await makeRule(running, 'rule', [target('a')]);
    return made;
  }

  test('a replay goes on where it was: each event once more, in the order of time', async () => {
    const { running } = await archived();
    await running.call('events', 'StartReplay', replay('r'));
    await put(running, 100); // after the start: not replayed
    await running.clock.advance(2_500);
    expect(await takeNumbers(running, 'a')).toEqual([100, 0, 1, 2, 3]);

    const after = await running.restarted(MINUTE_MS);
    expect(await after.call('events', 'DescribeReplay', { ReplayName: 'r' })).toMatchObject({ State: 'RUNNING' });
    await after.clock.advance(MINUTE_MS);

    expect(await takeNumbers(after, 'a')).toEqual([4, 5, 6, 7, 8, 9]);
    expect(await after.call('events', 'DescribeReplay', { ReplayName: 'r' })).toMatchObject({ State: 'COMPLETED' });
    expect(await after.call('events', 'DescribeArchive', { ArchiveName: 'all' })).toMatchObject({ EventCount: 11 });
  });

  test('a replay that was to be cancelled is, and one whose archive is gone ends', async () => {
    const { running } = await archived();
    await running.call('events', 'StartReplay', replay('cancelled'));
    await running.call('events', 'StartReplay', replay('orphan'));
    await running.call('events', 'CancelReplay', { ReplayName: 'cancelled' });
    await running.call('events', 'DeleteArchive', { ArchiveName: 'all' });

    const after = await running.restarted();
    await after.clock.advance(MINUTE_MS);

    expect(await takeNumbers(after, 'a')).toEqual([]);
    const stateOf = (ReplayName: string) => after.call('events', 'DescribeReplay', { ReplayName });
    expect(await stateOf('cancelled')).toMatchObject({ State: 'CANCELLED' });
    expect(await stateOf('orphan')).toMatchObject({ State: 'COMPLETED' });
  });

  test('events go after their days of retention, and do not come back', async () => {
    const { running } = await archived();
    await running.call('events', 'UpdateArchive', { ArchiveName: 'all', RetentionDays: 1 });
    await running.clock.advance(DAY_MS - 3 * MINUTE_MS);
    const describeArchive = ({ call }: RestartableCloud) =>
      call<{ EventCount: number }>('events', 'DescribeArchive', { ArchiveName: 'all' });
    const { EventCount } = await describeArchive(running);
    expect(EventCount).toBe(6);
    await put(running, 10);

    const after = await running.restarted();
    expect(await describeArchive(after)).toEqual(await describeArchive(running));
    expect((await describeArchive(after)).EventCount).toBe(7);
    expect(await describeArchive(await after.restarted(2 * DAY_MS))).toMatchObject({ EventCount: 0, SizeBytes: 0 });
  });
});

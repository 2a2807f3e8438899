import { describe, expect, it } from 'vitest';
import type { AppendOutcome, EventLog } from '../../../core/index.ts';
import { drain } from '../../../lambdas/overflow-drainer/drain.ts';
import { pageViewed } from '../../support/behaviour-events.ts';

const log: EventLog = {
  append: async events =>
    events.map(
      (event): AppendOutcome =>
        event.subject === 'full' ? { status: 'failed', code: 'Throttled' } : { status: 'appended' },
    ),
};
const message = (messageId: string, body: unknown) => ({
  messageId,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

describe('drain', () => {
  it('fails exactly the messages whose events are not all in the log, and those that hold none', async () => {
    const messages = [
      message('1', [pageViewed(), pageViewed(1)]),
      message('2', [pageViewed(0, 'full')]),
      message('3', 'x'),
      message('4', {}),
      message('5', [{}]),
      message('6', []),
      message('7', [pageViewed(2)]),
    ];
    expect(await drain(messages, log)).toMatchObject({ drained: 3, failedMessages: ['2', '3', '4', '5', '6'] });
  });

  it('hands the events of all messages to the log at once and in order, so that it can keep the order of each key', async () => {
    const events = [pageViewed(0, 'a'), pageViewed(1, 'a'), pageViewed(0, 'b'), pageViewed(2, 'a')];
    const handed: unknown[] = [];
    const noting: EventLog = {
      append: async all => {
        handed.push(all);
        return all.map(({ id }): AppendOutcome => {
          return id === events[1]?.id || id === events[3]?.id
            ? { status: 'failed', code: 'NotSent' }
            : { status: 'appended' };
        });
      },
    };
    const messages = [
      message('1', events.slice(0, 2)),
      message('2', events.slice(2, 3)),
      message('3', events.slice(3)),
    ];
    expect(await drain(messages, noting)).toMatchObject({ drained: 1, failedMessages: ['1', '3'] });
    expect(handed).toEqual([events]);
  });

  it('takes a log that answers for fewer events than it was given as one that did not take them', async () => {
    const mute: EventLog = { append: async () => [{ status: 'appended' }] };
    expect(await drain([message('1', [pageViewed(), pageViewed(1)])], mute)).toMatchObject({ failedMessages: ['1'] });
  });

  it('asks the log for nothing when there is nothing', async () => {
    const untouched: EventLog = { append: () => Promise.reject(new Error('asked')) };
    expect(await drain([], untouched)).toMatchObject({ drained: 0, failedMessages: [] });
  });
});

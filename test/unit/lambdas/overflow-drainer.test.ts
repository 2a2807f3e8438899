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
  it('fails exactly the messages whose events are not in the log, and those that hold none', async () => {
    const messages = [
      message('1', pageViewed()),
      message('2', pageViewed(0, 'full')),
      message('3', 'x'),
      message('4', {}),
    ];
    expect(await drain(messages, log)).toEqual(['2', '3', '4']);
  });

  it('asks the log for nothing when there is nothing', async () => {
    expect(await drain([], { append: () => Promise.reject(new Error('asked')) })).toEqual([]);
  });
});

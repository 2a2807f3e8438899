import { describe, expect, it } from 'vitest';
import { catchUp } from '../../../cli/commands/publish.ts';
import type { InvokeFunction } from '../../../cli/lambda-client.ts';

const counts = { found: 2, published: 2, unpublishable: 0, failed: 0, claimChecked: 0, reasons: [] };
const period = { functionName: 'publisher', since: '2026-03-01T09:00:00.000Z' };

/** Answers in turn, the last one for ever. */
function publisher(...answers: object[]) {
  const asked: unknown[] = [];
  const invoke: InvokeFunction = async <Answer>(name: string, payload: unknown) => {
    asked.push([name, payload]);
    return (answers.length > 1 ? answers.shift() : answers[0]) as Answer;
  };
  return { asked, invoke };
}

describe('catchUp', () => {
  it('asks with the cursor of each answer until the table is read, and adds up', async () => {
    const { asked, invoke } = publisher(
      { ...counts, done: false, cursor: 'a' },
      { ...counts, done: false, cursor: 'b' },
      { ...counts, done: true },
    );
    expect(await catchUp(invoke, period)).toMatchObject({ done: true, found: 6, published: 6 });
    const { since } = period;
    expect(asked).toEqual([
      ['publisher', { catchUp: { since } }],
      ['publisher', { catchUp: { since, cursor: 'a' } }],
      ['publisher', { catchUp: { since, cursor: 'b' } }],
    ]);
  });

  it('tries a page that did not get through three times, and says why it gave up', async () => {
    const busy = { ...counts, published: 0, failed: 2, reasons: ['ThrottlingException'], done: false, cursor: 'a' };
    const { asked, invoke } = publisher({ ...counts, done: false, cursor: 'a' }, busy);
    expect(await catchUp(invoke, period)).toMatchObject({ done: false, failed: 2, reasons: ['ThrottlingException'] });
    expect(asked).toHaveLength(4);
  });

  it('goes on after a page that got through at the second try', async () => {
    const busy = { ...counts, failed: 1, reasons: ['X'], done: false };
    const { invoke } = publisher(busy, busy, { ...counts, done: false, cursor: 'a' }, busy, { ...counts, done: true });
    expect(await catchUp(invoke, period)).toMatchObject({ done: true, failed: 0, reasons: [] });
  });
});

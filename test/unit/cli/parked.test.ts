import { describe, expect, it } from 'vitest';
import { parseInvocation, UsageError } from '../../../cli/command.ts';
import { parked } from '../../../cli/commands/parked.ts';
import { isLaneRequest } from '../../../lambdas/runtime/lane-request.ts';
import { streamHandler } from '../../../lambdas/runtime/stream-handler.ts';

describe('millrace parked', () => {
  it.each([[[]], [['drain']], [['list', 'x']], [['drain', 'a', 'b']], [['empty', 'a']]])(
    'refuses %j and says what it takes',
    async args => {
      const refusal = parked.run(parseInvocation(parked, args));
      await expect(refusal).rejects.toThrow("Cannot use parked: 'list' or 'drain KEY'");
      await expect(refusal).rejects.toBeInstanceOf(UsageError);
    },
  );
});

describe('streamHandler', () => {
  it('tells an operator that the lanes of other processors than folds cannot be drained yet', async () => {
    const definition = { name: 'booked-sum', accepts: [{ type: 'test.sum.added.v1' }] };
    const handler = streamHandler(definition as never, async () => []);
    await expect(handler({ drain: { key: 'a' } })).rejects.toThrow(
      "Cannot list or drain the lanes of 'booked-sum': not supported yet, only those of folds can be",
    );
  });

  it('knows a request from a batch', () => {
    expect([{ drain: { key: 'a' } }, { parked: {} }, { Records: [] }, null].map(isLaneRequest)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

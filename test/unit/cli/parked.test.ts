import { describe, expect, it } from 'vitest';
import { parseInvocation, UsageError } from '../../../cli/command.ts';
import { parked } from '../../../cli/commands/parked.ts';
import { isProcessorRequest } from '../../../lambdas/runtime/processor-request.ts';

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

it('isProcessorRequest knows a request from a batch', () => {
  const events = [{ drain: { key: 'a' } }, { parked: {} }, { fates: { records: [] } }, { Records: [] }, null];
  expect(events.map(isProcessorRequest)).toEqual([true, true, true, false, false]);
});

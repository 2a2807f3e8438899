import { recordedTests } from '../lambda/recorded-test.ts';
import type { SnapshotHarness } from '../snapshot-case.ts';
import { MESSAGE_TESTS } from './messages.ts';
import { MOVE_TASK_TESTS } from './move-task.ts';
import { QUEUE_TESTS } from './queues.ts';
import { REFUSAL_TESTS } from './refusals.ts';

export const sqsHarnesses: readonly SnapshotHarness[] = [
  recordedTests('sqs/test_sqs', {
    tests: { ...MESSAGE_TESTS, ...QUEUE_TESTS, ...REFUSAL_TESTS },
    outOfScope: {
      test_fifo_change_to_high_throughput_after_creation:
        'the recording does not say which group of the FIFO queue each message goes to',
      test_non_existent_queue: 'the embedded cloud does not serve the older query protocol of SQS',
    },
    outOfScopeOf: (_, parameters) =>
      parameters.startsWith('sqs_query')
        ? 'the embedded cloud does not serve the older query protocol of SQS'
        : undefined,
    comparable: withoutRepeatedMessage,
  }),
  recordedTests('sqs/test_sqs_move_task', MOVE_TASK_TESTS),
];

/** Whether a client shows an error's message a second time, beside `Error`, depends on the API model that it was built from. */
function withoutRepeatedMessage(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutRepeatedMessage);
  if (typeof value !== 'object' || value === null) return value;
  const isRefusal = 'Error' in value && 'message' in value;
  const members = Object.entries(value).filter(([name]) => !(isRefusal && name === 'message'));
  return Object.fromEntries(members.map(([name, inner]) => [name, withoutRepeatedMessage(inner)]));
}

/** Mappings of queues: what comes back, what goes to the queue's dead-letter queue, what is deleted. */
import type { JsonObject } from '../../../local/cloud/service.ts';
import type { Fact } from './fact.ts';
import type { MappingLab } from './mapping-lab.ts';
import { recordsOf } from './stream-failures.ts';

const THROW = "throw new Error('refused');";
const REPORTING = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
const LONG_MS = 10 * 60_000;

interface QueueRun {
  readonly body: string;
  readonly messages: readonly string[];
  readonly settings?: JsonObject;
  readonly fifo?: boolean;
}

/** A queue with a dead-letter queue (two receives), drained by the mapping. @returns the bodies that ended up dead */
async function run(lab: MappingLab, { body, messages, settings = {}, fifo = false }: QueueRun): Promise<unknown[]> {
  const suffix = fifo ? '.fifo' : '';
  const kind = fifo ? { FifoQueue: 'true' } : {};
  const deadLetterTargetArn = await lab.createQueue(`dead${suffix}`, kind);
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 });
  const queueArn = await lab.createQueue(`orders${suffix}`, { ...kind, RedrivePolicy });
  await lab.createFunction(body);
  for (const [index, message] of messages.entries()) {
    const members = fifo ? { MessageGroupId: 'group', MessageDeduplicationId: `${index}` } : {};
    await lab.send(`orders${suffix}`, message, members);
  }
  await lab.map(queueArn, settings);
  await lab.advance(LONG_MS);
  return (await lab.take(`dead${suffix}`)).map(({ Body }) => Body);
}

/** Body and receive count of each message of each event. */
function received(lab: MappingLab): (readonly (readonly [unknown, unknown])[])[] {
  return lab.events.map(event =>
    recordsOf(event).map(({ body, attributes }) => [body, (attributes as JsonObject).ApproximateReceiveCount] as const),
  );
}

async function leftOver(lab: MappingLab, queue: string): Promise<number> {
  return (await lab.take(queue)).length;
}

export const queueMappings: readonly Fact[] = [
  {
    id: 'sqs-second-delivery-after-a-throw',
    expected: { received: [[['m', '1']], [['m', '2']]], dead: [] },
    async observe(lab) {
      const dead = await run(lab, { body: `if (call === 1) ${THROW}`, messages: ['m'] });
      return { received: received(lab), dead };
    },
  },
  {
    id: 'sqs-redrive-keeps-the-body',
    expected: ['{"a" : 1}'],
    observe: lab => run(lab, { body: THROW, messages: ['{"a" : 1}'] }),
  },
  {
    id: 'sqs-fifo-only-reported-messages-come-back',
    expected: {
      received: [
        [
          ['1', '1'],
          ['2', '1'],
          ['3', '1'],
          ['4', '1'],
        ],
        [
          ['2', '2'],
          ['3', '2'],
          ['4', '2'],
        ],
      ],
      dead: ['4'],
    },
    async observe(lab) {
      const body = `
        const failing = event.Records.filter(r => call === 1 ? r.body !== '1' : r.body === '4');
        return { batchItemFailures: failing.map(r => ({ itemIdentifier: r.messageId })) };`;
      const settings = { BatchSize: 10, ...REPORTING };
      const dead = await run(lab, { body, messages: ['1', '2', '3', '4'], settings, fifo: true });
      return { received: received(lab), dead };
    },
  },
  {
    id: 'sqs-report-that-is-no-report-fails-the-batch',
    expected: { invocations: 2, dead: ['m'] },
    async observe(lab) {
      const dead = await run(lab, { body: "return '(^_^)';", messages: ['m'], settings: REPORTING });
      return { invocations: lab.events.length, dead };
    },
  },
  {
    id: 'sqs-empty-report-is-success',
    expected: { invocations: 1, dead: [] },
    async observe(lab) {
      const dead = await run(lab, { body: 'return {};', messages: ['m'], settings: REPORTING });
      return { invocations: lab.events.length, dead };
    },
  },
  {
    id: 'sqs-throw-while-reporting-fails-the-batch',
    expected: ['m'],
    observe: lab => run(lab, { body: THROW, messages: ['m'], settings: REPORTING }),
  },
  {
    id: 'sqs-filtered-messages-are-deleted',
    expected: { received: [[['{"kind": "kept"}', '1']]], dead: [], left: 0 },
    async observe(lab) {
      const Pattern = JSON.stringify({ body: { kind: ['kept'] } });
      const messages = ['{"kind": "kept"}', '{"kind": "dropped"}', 'plain text'];
      const settings = { FilterCriteria: { Filters: [{ Pattern }] } };
      const dead = await run(lab, { body: 'return null;', messages, settings });
      return { received: received(lab), dead, left: await leftOver(lab, 'orders') };
    },
  },
  {
    id: 'sqs-thirty-messages-in-two-batches',
    expected: { invocations: 2, messages: 30 },
    async observe(lab) {
      const messages = Array.from({ length: 30 }, (_, i) => `${i}`);
      const settings = { BatchSize: 20, MaximumBatchingWindowInSeconds: 10, ScalingConfig: { MaximumConcurrency: 2 } };
      await run(lab, { body: 'return null;', messages, settings });
      return { invocations: lab.events.length, messages: lab.events.flatMap(recordsOf).length };
    },
  },
];

/** What the Lambda Developer Guide says about failing batches and windows, and no recording covers. */
import type { JsonObject } from '../../../local/cloud/service.ts';
import { type Fact, jsonOf } from './fact.ts';
import type { MappingLab } from './mapping-lab.ts';

const REPORTING = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
/** In the handler: the numbers of the event's records, and a report of one of them. */
const NUMBERS = "const numbers = event.Records.map(r => JSON.parse(Buffer.from(r.kinesis.data, 'base64')).number);";
const REPORT = 'const report = n => ({ itemIdentifier: event.Records[numbers.indexOf(n)].kinesis.sequenceNumber });';
const TUMBLING_WINDOW_MEMBERS = [
  'Records',
  'eventSourceARN',
  'isFinalInvokeForWindow',
  'isWindowTerminatedEarly',
  'shardId',
  'state',
  'window',
];

interface Batch {
  readonly body: string;
  readonly settings: JsonObject;
  readonly records: number;
}

/** One batch of a Kinesis stream, and what the mapping then does. */
async function deliver(lab: MappingLab, { body, settings, records }: Batch) {
  const streamArn = await lab.createStream('kinesis');
  const Destination = await lab.createQueue('failures');
  await lab.createFunction(`${NUMBERS}\n${REPORT}\n${body}`);
  for (let number = 1; number <= records; number++) await lab.put('kinesis', number);
  const onFailure = { DestinationConfig: { OnFailure: { Destination } } };
  await lab.map(streamArn, { StartingPosition: 'TRIM_HORIZON', ...onFailure, ...settings });
  await lab.advance(30 * 60_000);
  const failed = (await lab.take('failures')).map(({ Body }) => jsonOf(Body).KinesisBatchInfo as JsonObject);
  return { batches: lab.events.map(numbersOf), failed: failed.map(({ batchSize }) => batchSize) };
}

function numbersOf(event: JsonObject): unknown[] {
  const records = event.Records as { kinesis: { data: string } }[]; // as the Kinesis mapping makes them
  return records.map(({ kinesis }) => jsonOf(Buffer.from(kinesis.data, 'base64')).number);
}

function delivered(batches: readonly unknown[][]): unknown[] {
  return [...new Set(batches.flat())].sort();
}

export const streamDocumented: readonly Fact[] = [
  {
    id: 'doc-lowest-reported-record-is-the-checkpoint',
    expected: [
      [1, 2, 3, 4, 5],
      [2, 3, 4, 5],
    ],
    async observe(lab) {
      const body = 'return { batchItemFailures: call === 1 ? [report(4), report(2)] : [] };';
      return (await deliver(lab, { body, settings: REPORTING, records: 5 })).batches;
    },
  },
  {
    id: 'doc-bisect-does-not-use-up-retries',
    expected: { passed: [1, 2, 4, 5, 6, 7, 8], failed: [1] },
    async observe(lab) {
      const body = "if (numbers.includes(3)) throw new Error('poison');";
      const settings = { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1 };
      const { batches, failed } = await deliver(lab, { body, settings, records: 8 });
      return { passed: delivered(batches.filter(batch => !batch.includes(3))), failed };
    },
  },
  {
    id: 'doc-bisect-with-report-splits-at-the-reported-record',
    expected: { first: [1, 2, 3, 4, 5, 6], before: 1, failed: [1], delivered: [1, 2, 3, 4, 5, 6] },
    async observe(lab) {
      const body = 'return { batchItemFailures: numbers.includes(4) ? [report(4)] : [] };';
      const settings = { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1, ...REPORTING };
      const { batches, failed } = await deliver(lab, { body, settings, records: 6 });
      const before = batches.filter(batch => batch.includes(1)).length;
      return { first: batches[0], before, failed, delivered: delivered(batches) };
    },
  },
  {
    id: 'doc-tumbling-window-event',
    expected: { members: TUMBLING_WINDOW_MEMBERS, carried: { sum: 6 }, final: true, early: false },
    async observe(lab) {
      const body = `
        const sum = numbers.reduce((a, b) => a + b, event.state.sum ?? 0);
        return { state: { sum } };`;
      await deliver(lab, { body, settings: { TumblingWindowInSeconds: 30, BatchSize: 2 }, records: 3 });
      const last = lab.events.find(event => event.isFinalInvokeForWindow === true) ?? {};
      return {
        members: Object.keys(last).sort(),
        carried: last.state,
        final: last.isFinalInvokeForWindow,
        early: last.isWindowTerminatedEarly,
      };
    },
  },
  {
    id: 'doc-tumbling-window-needs-state',
    expected: { failed: [1] },
    async observe(lab) {
      const settings = { TumblingWindowInSeconds: 30, MaximumRetryAttempts: 1 };
      const { failed } = await deliver(lab, { body: 'return { batchItemFailures: [] };', settings, records: 1 });
      return { failed: failed.slice(0, 1) };
    },
  },
];

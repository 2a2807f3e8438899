/** What becomes of records of streams that the function does not take: tries, narrowing, the on-failure document. */
import type { JsonObject } from '../../../local/cloud/service.ts';
import { type Fact, jsonOf, timeForm } from './fact.ts';
import { FUNCTION, type MappingLab, type Source } from './mapping-lab.ts';

const SOURCES: readonly Source[] = ['kinesis', 'dynamodb'];
const THROW = "throw new Error('refused');";
const REPORTING = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
/** Long enough for every retry. */
const LONG_MS = 30 * 60_000;

interface StreamRun {
  readonly source: Source;
  readonly body: string;
  readonly settings: JsonObject;
  readonly records?: number;
}

/** Records that are there before the mapping is, and a queue for those that fail. */
async function run(lab: MappingLab, { source, body, settings, records = 1 }: StreamRun): Promise<JsonObject[]> {
  const streamArn = await lab.createStream(source);
  const Destination = await lab.createQueue('failures');
  await lab.createFunction(body);
  for (let number = 1; number <= records; number++) await lab.put(source, number);
  const onFailure = { DestinationConfig: { OnFailure: { Destination } } };
  await lab.map(streamArn, { StartingPosition: 'TRIM_HORIZON', BatchSize: 1, ...onFailure, ...settings });
  await lab.advance(LONG_MS);
  return (await lab.take('failures')).map(({ Body }) => jsonOf(Body));
}

export function recordsOf(event: JsonObject): JsonObject[] {
  return event.Records as JsonObject[]; // as every mapping's event has them
}

function sequenceOf(record: JsonObject): string {
  const { kinesis, dynamodb } = record as Record<string, JsonObject>;
  return String(kinesis?.sequenceNumber ?? dynamodb?.SequenceNumber);
}

/** How often each record was delivered, in the order of the stream. */
function deliveries(lab: MappingLab): number[] {
  const counts = new Map<string, number>();
  for (const event of lab.events) {
    for (const record of recordsOf(event)) {
      const sequence = sequenceOf(record);
      counts.set(sequence, (counts.get(sequence) ?? 0) + 1);
    }
  }
  return [...counts].sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1)).map(([, count]) => count);
}

function batchInfo(document: JsonObject): JsonObject {
  return (document.KinesisBatchInfo ?? document.DDBStreamBatchInfo ?? {}) as JsonObject; // one of the two
}

function summaryOf(document: JsonObject): JsonObject {
  const { requestContext, responseContext } = document as Record<string, JsonObject | undefined>;
  return {
    condition: requestContext?.condition,
    approximateInvokeCount: requestContext?.approximateInvokeCount,
    functionError: responseContext === undefined ? 'no responseContext' : responseContext.functionError,
    batchSize: batchInfo(document).batchSize,
  };
}

interface Outcome {
  readonly count: number;
  readonly functionError: string | null;
}

function exhausted({ count, functionError }: Outcome): JsonObject {
  return { condition: 'RetryAttemptsExhausted', approximateInvokeCount: count, functionError, batchSize: 1 };
}

const documents = SOURCES.map((source): Fact => {
  const isKinesis = source === 'kinesis';
  const arrival = isKinesis ? 'with milliseconds' : 'without milliseconds';
  return {
    id: `${source}-on-failure-document`,
    expected: {
      document: {
        requestContext: {
          requestId: '<uuid>',
          functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${FUNCTION}`,
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: 2,
        },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        version: '1.0',
        timestamp: '<time>',
        [isKinesis ? 'KinesisBatchInfo' : 'DDBStreamBatchInfo']: {
          shardId: '<shard>',
          startSequenceNumber: '<sequence>',
          endSequenceNumber: '<sequence>',
          approximateArrivalOfFirstRecord: '<time>',
          approximateArrivalOfLastRecord: '<time>',
          batchSize: 1,
          streamArn: '<stream>',
        },
      },
      order: [
        'requestContext',
        'responseContext',
        'version',
        'timestamp',
        isKinesis ? 'KinesisBatchInfo' : 'DDBStreamBatchInfo',
      ],
      times: ['with milliseconds', arrival, arrival],
      startIsEnd: true,
    },
    async observe(lab) {
      const [document = {}] = await run(lab, { source, body: THROW, settings: { MaximumRetryAttempts: 1 } });
      const info = batchInfo(document);
      const { approximateArrivalOfFirstRecord: first, approximateArrivalOfLastRecord: last } = info;
      return {
        document,
        order: Object.keys(document),
        times: [document.timestamp, first, last].map(timeForm),
        startIsEnd: info.startSequenceNumber === info.endSequenceNumber,
      };
    },
  };
});

interface RetryFact {
  readonly id: string;
  readonly body: string;
  readonly functionError: string | null;
}

const badReport = (id: string, failure: string): RetryFact => ({
  id,
  body: `return { batchItemFailures: [${failure}] };`,
  functionError: null,
});

/** The whole batch counts as failed, every time. */
const WHOLE_BATCH: readonly RetryFact[] = [
  { id: 'throws-while-reporting', body: THROW, functionError: 'Unhandled' },
  badReport('reports-empty-identifier', "{ itemIdentifier: '' }"),
  badReport('reports-null-identifier', '{ itemIdentifier: null }'),
  badReport('reports-identifier-not-in-batch', '{ itemIdentifier: 123 }'),
  badReport('reports-wrong-key', '{ foo: 123 }'),
  badReport('reports-wrong-key-null', '{ foo: null }'),
];

const retries = SOURCES.flatMap(source =>
  WHOLE_BATCH.map(({ id, body, functionError }): Fact => {
    const attempts = source === 'kinesis' ? 2 : 3;
    return {
      id: `${source}-${id}`,
      expected: { failures: [exhausted({ count: attempts + 1, functionError })], invocations: attempts + 1 },
      async observe(lab) {
        const settings = { MaximumRetryAttempts: attempts, ...REPORTING };
        const failures = await run(lab, { source, body, settings });
        return { failures: failures.map(summaryOf), invocations: lab.events.length };
      },
    };
  }),
);

/** The sixth record is always reported; identifiers are the records' sequence numbers. */
const REPORT_LAST = `
  const sequence = record => record.kinesis?.sequenceNumber ?? record.dynamodb.SequenceNumber;
  const isLast = record => record.kinesis
    ? JSON.parse(Buffer.from(record.kinesis.data, 'base64')).number === 6
    : record.dynamodb.Keys.id.S === 'item-6';
  return { batchItemFailures: event.Records.filter(isLast).map(r => ({ itemIdentifier: sequence(r) })) };`;

const narrowed = SOURCES.map(
  (source): Fact => ({
    id: `${source}-narrowed-batch-has-its-own-retries`,
    expected: { failures: [exhausted({ count: 4, functionError: null })], deliveries: [1, 1, 1, 1, 1, 5] },
    async observe(lab) {
      const settings = { MaximumRetryAttempts: 3, BatchSize: 3, ...REPORTING };
      const failures = await run(lab, { source, body: REPORT_LAST, settings, records: 6 });
      return { failures: failures.map(summaryOf), deliveries: deliveries(lab) };
    },
  }),
);

/** Recorded for both sources; the empty string for Kinesis only. */
const successes = SOURCES.flatMap(source =>
  ['[]', 'null', '{}', '""', '{"batchItemFailures":[]}', '{"batchItemFailures":null}']
    .filter(answer => source === 'kinesis' || answer !== '""')
    .map(
      (answer): Fact => ({
        id: `${source}-complete-success-${answer}`,
        expected: { failures: [], invocations: 1 },
        async observe(lab) {
          const settings = { MaximumRetryAttempts: 2, ...REPORTING };
          const failures = await run(lab, { source, body: `return ${answer};`, settings });
          return { failures, invocations: lab.events.length };
        },
      }),
    ),
);

export const streamFailures: readonly Fact[] = [...documents, ...retries, ...narrowed, ...successes];

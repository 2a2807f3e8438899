import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SnapshotRow } from '../snapshot-case.ts';
import { sqsHarnesses } from '../sqs/harnesses.ts';
import { lambdaHarnesses } from './harnesses.ts';

const ORACLE = new URL('../../../../../shared/oracles/aws-snapshots.jsonl', import.meta.url);
const SQS_AREA = 'lambda_/event_source_mapping/test_lambda_integration_sqs';
const ALL = [...lambdaHarnesses, ...sqsHarnesses];

/** Rows that do not agree although event source mappings, destinations and move tasks do. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'snap-0317': 'UpdateTable of DynamoDB answers with less than AWS: no warm throughput, no time of the billing mode',
  'snap-0330': 'UpdateTable of DynamoDB answers with less than AWS: no warm throughput, no time of the billing mode',
  'snap-0331': 'UpdateTable of DynamoDB answers with less than AWS: no warm throughput, no time of the billing mode',
};

const rows: readonly SnapshotRow[] = existsSync(ORACLE)
  ? readFileSync(ORACLE, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
  : [];
const judged = ALL.flatMap(harness =>
  rows.filter(({ area }) => area === harness.area).map(row => ({ id: row.id, name: nameOf(row), harness, row })),
);

function nameOf({ source }: SnapshotRow): string {
  return source.slice(source.lastIndexOf('::') + 2);
}

function harnessOf(area: string) {
  const harness = ALL.find(one => one.area === area);
  if (!harness) throw new Error(`Cannot judge: no harness for ${area}`);
  return harness;
}

function rowOf(test: string, recordedContent: SnapshotRow['recordedContent']): SnapshotRow {
  return { id: 'made-up', source: `made-up.py::${test}`, area: SQS_AREA, recordedContent };
}

const refusal = {
  Error: { Code: 'InvalidParameterValueException', Message: 'Invalid filter pattern definition.' },
  ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: 400 },
  Type: 'User',
  message: 'Invalid filter pattern definition.',
};

describe('The recorded tests of mappings, destinations and move tasks', () => {
  it.runIf(judged.length > 0).each(judged)('agree or are explained: $id $name', async ({ id, harness, row }) => {
    const verdict = await harness.run(row);
    if (verdict.outcome === 'failed') expect(ELSEWHERE, JSON.stringify(verdict)).toHaveProperty(id);
  });

  it('passes what AWS answered', async () => {
    const row = rowOf('test_sqs_invalid_event_filter[None]', { create_event_source_mapping_exception: refusal });
    expect(await harnessOf(SQS_AREA).run(row)).toEqual({ outcome: 'passed' });
  });

  it('names the place where an answer differs', async () => {
    const other = { ...refusal, ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: 409 } };
    const row = rowOf('test_sqs_invalid_event_filter[None]', { create_event_source_mapping_exception: other });
    const path = 'create_event_source_mapping_exception.ResponseMetadata.HTTPStatusCode';
    expect(await harnessOf(SQS_AREA).run(row)).toEqual({
      outcome: 'failed',
      expected: { [path]: 409 },
      actual: { [path]: 400 },
    });
  });

  it('leaves a test that nobody repeats out of the count', async () => {
    expect(await harnessOf(SQS_AREA).run(rowOf('test_of_tomorrow', {}))).toEqual({
      outcome: 'out-of-scope',
      reason: 'no harness repeats test_of_tomorrow',
    });
  });

  it('takes the numbered stand-ins of a row for the same text, the others for any', async () => {
    const record = (messageId: string) => ({
      messageId,
      receiptHandle: '<receipt-handle:1>',
      body: { foo: 'bar' },
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: 'sent-timestamp',
        SenderId: 'sender-id',
        ApproximateFirstReceiveTimestamp: '<approximate-first-receive-timestamp>',
      },
      messageAttributes: {},
      md5OfMessageAttributes: null,
      md5OfBody: '<md5-of-body:1>',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:<partition>:sqs:<region>:111111111111:<resource:1>',
      awsRegion: '<region>',
    });
    const mapping = {
      BatchSize: 10,
      EventSourceArn: 'arn:<partition>:sqs:<region>:111111111111:<resource:1>',
      EventSourceMappingArn: 'arn:<partition>:lambda:<region>:111111111111:event-source-mapping:<uuid:1>',
      FunctionArn: 'arn:<partition>:lambda:<region>:111111111111:function:<resource:2>',
      FunctionResponseTypes: [],
      LastModified: '<datetime>',
      MaximumBatchingWindowInSeconds: 1,
      ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: 202 },
      State: 'Creating',
      StateTransitionReason: 'USER_INITIATED',
      UUID: '<uuid:1>',
    };
    const run = (messageId: string) =>
      harnessOf(SQS_AREA).run(
        rowOf('test_sqs_event_source_mapping', {
          'create-event-source-mapping-response': mapping,
          events: [{ Records: [record(messageId)] }],
        }),
      );
    expect(await run('<uuid:2>')).toEqual({ outcome: 'passed' });
    expect(await run('<uuid:1>')).toMatchObject({ outcome: 'failed' });
  });
});

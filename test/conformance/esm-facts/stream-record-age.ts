/** Records that are too old to be tried, or tried again. */
import type { JsonObject } from '../../../local/cloud/service.ts';
import { type Fact, jsonOf } from './fact.ts';
import type { MappingLab } from './mapping-lab.ts';

const AGE = { MaximumRecordAgeInSeconds: 60 };
const THROW = "throw new Error('refused');";

async function prepare(lab: MappingLab, body: string): Promise<{ streamArn: string; settings: JsonObject }> {
  const streamArn = await lab.createStream('kinesis');
  const Destination = await lab.createQueue('failures');
  await lab.createFunction(body);
  const settings = { StartingPosition: 'TRIM_HORIZON', DestinationConfig: { OnFailure: { Destination } }, ...AGE };
  return { streamArn, settings };
}

async function failures(lab: MappingLab): Promise<JsonObject[]> {
  const documents = (await lab.take('failures')).map(({ Body }) => jsonOf(Body));
  return documents.map(document => {
    const { requestContext, KinesisBatchInfo } = document as Record<string, JsonObject>;
    return {
      condition: requestContext?.condition,
      approximateInvokeCount: requestContext?.approximateInvokeCount,
      batchSize: KinesisBatchInfo?.batchSize,
      hasResponseContext: 'responseContext' in document,
    };
  });
}

const tooOld = (approximateInvokeCount: number | string) => ({
  condition: 'RecordAgeExceeded',
  approximateInvokeCount,
  batchSize: 1,
  hasResponseContext: false,
});

export const streamRecordAge: readonly Fact[] = [
  {
    id: 'kinesis-record-age-ends-endless-retries',
    expected: [tooOld('<timing-dependent>')],
    async observe(lab) {
      const { streamArn, settings } = await prepare(lab, THROW);
      await lab.put('kinesis', 1);
      await lab.map(streamArn, { ...settings, BatchSize: 1, MaximumRetryAttempts: -1 });
      await lab.advance(300_000);
      return failures(lab);
    },
  },
  {
    id: 'kinesis-record-too-old-before-the-mapping',
    expected: [tooOld(1)],
    async observe(lab) {
      const { streamArn, settings } = await prepare(lab, THROW);
      await lab.put('kinesis', 1);
      await lab.advance(90_000);
      await lab.map(streamArn, { ...settings, BatchSize: 1, MaximumRetryAttempts: 0 });
      await lab.advance(60_000);
      return failures(lab);
    },
  },
  {
    id: 'kinesis-only-the-expired-record-of-a-batch-fails',
    expected: { failures: [tooOld(1)], delivered: 5 },
    async observe(lab) {
      const { streamArn, settings } = await prepare(lab, 'return null;');
      await lab.put('kinesis', 1);
      await lab.advance(90_000);
      for (let number = 2; number <= 6; number++) await lab.put('kinesis', number);
      await lab.map(streamArn, { ...settings, BatchSize: 10, MaximumRetryAttempts: 0 });
      await lab.advance(60_000);
      const delivered = lab.events.flatMap(event => event.Records as JsonObject[]).length;
      return { failures: await failures(lab), delivered };
    },
  },
];

import type { DynamoDBStreamEvent } from 'aws-lambda';
import { factContracts, outgoingCasts } from '../../domains/fact-contracts.ts';
import { s3ClaimCheck } from '../adapters/claim-check-s3.ts';
import { outboxScan } from '../adapters/outbox-scan-dynamodb.ts';
import { eventbridgePublisher } from '../adapters/publisher-eventbridge.ts';
import { s3Quarantine } from '../adapters/quarantine-s3.ts';
import { dynamodbClient, eventbridgeClient, s3Client } from '../runtime/clients.ts';
import { textVariable } from '../runtime/environment.ts';
import { inTime, timeLeftMs } from '../runtime/in-time.ts';
import { logger } from '../runtime/logger.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { failedItems, type PartialBatch } from '../runtime/partial-batch.ts';
import { contractsOf } from '../runtime/registered-contracts.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { systemIds } from '../runtime/system-ids.ts';
import { type CatchUpAnswer, type CatchUpRequest, catchUp, isCatchUp } from './catch-up.ts';
import { examineFacts } from './examine-fact.ts';
import { type PublishDependencies, type PublishReport, publishOutbox } from './publish-outbox.ts';
import { readOutbox } from './read-outbox.ts';

/** A page of a catch-up is begun only if there is so much time for it. */
const PAGE_MS = 10_000;

const metrics = hopMetrics('outbox-publisher');
const log = once(() => logger('outbox-publisher'));
const claimCheck = once(() => s3ClaimCheck(s3Client(), textVariable('CLAIM_CHECK_BUCKET')));
const publisher = once(() =>
  eventbridgePublisher({
    client: eventbridgeClient(),
    busName: textVariable('EVENT_BUS_NAME'),
    claimCheck: claimCheck(),
    clock: systemClock,
    ids: systemIds,
  }),
);

const registered = once(() => contractsOf('outbox-publisher', factContracts));
const dependencies = once(
  (): PublishDependencies => ({
    publisher: publisher(),
    claimCheck: claimCheck(),
    quarantine: s3Quarantine(s3Client(), textVariable('QUARANTINE_BUCKET')),
    examine: examineFacts({ contracts: factContracts, choose: registered().contractFor, casts: outgoingCasts }),
  }),
);

/** Carries the facts in written items to the bus: those of a stream's batch, or, when asked to, those of the table. */
export const handler = inTime(
  async (event: DynamoDBStreamEvent | CatchUpRequest): Promise<PartialBatch | CatchUpAnswer> => {
    await registered().refresh();
    return isCatchUp(event) ? publishStored(event) : publishChanges(event);
  },
);

async function publishChanges(event: DynamoDBStreamEvent): Promise<PartialBatch> {
  const report = await publishOutbox(event.Records.map(readOutbox), dependencies());
  const { oldestWrittenAtMs } = report;
  count(report, oldestWrittenAtMs === undefined ? [] : [Math.max(0, systemClock.now() - oldestWrittenAtMs)]);
  return failedItems(report.failedRecords);
}

async function publishStored(request: CatchUpRequest): Promise<CatchUpAnswer> {
  const readPage = outboxScan(dynamodbClient(), textVariable('OUTBOX_TABLE'));
  const hasTime = () => timeLeftMs() > PAGE_MS;
  const onPage = (report: PublishReport) => count(report, []);
  const answer = await catchUp(request, { readPage, ...dependencies(), onPage, hasTime });
  log().info('Caught up', { ...answer, ...request.catchUp });
  return answer;
}

/** `OutboxLag`: how old the oldest change of the batch had become, in milliseconds. */
function count(report: PublishReport, lagMs: readonly number[]): void {
  const { published, failed, unpublishable, quarantined, claimChecked, reasons, ledger } = report;
  const aside = { Unpublishable: unpublishable, Quarantined: quarantined.length };
  const counts = { Published: published, PublishFailed: failed, ...aside };
  metrics({ ...counts, ClaimChecked: claimChecked, OutboxLag: lagMs }, ledger);
  if (quarantined.length > 0) {
    log().error('Facts that their schema refuses are quarantined; the later facts of their keys went on', {
      quarantined,
    });
  }
  if (failed + unpublishable > 0) log().error('Facts not published', { failed, unpublishable, reasons });
}

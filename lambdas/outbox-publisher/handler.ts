import type { DynamoDBStreamEvent } from 'aws-lambda';
import { s3ClaimCheck } from '../adapters/claim-check-s3.ts';
import { eventbridgePublisher } from '../adapters/publisher-eventbridge.ts';
import { eventbridgeClient, s3Client } from '../runtime/clients.ts';
import { textVariable } from '../runtime/environment.ts';
import { logger } from '../runtime/logger.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { failedItems, type PartialBatch } from '../runtime/partial-batch.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { systemIds } from '../runtime/system-ids.ts';
import { publishOutbox } from './publish-outbox.ts';
import { readOutbox } from './read-outbox.ts';

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

/** Carries the facts in written items to the bus. */
export async function handler(event: DynamoDBStreamEvent): Promise<PartialBatch> {
  const report = await publishOutbox(event.Records.map(readOutbox), publisher(), claimCheck());
  const { published, failed, unpublishable, claimChecked, reasons } = report;
  metrics({ Published: published, PublishFailed: failed, Unpublishable: unpublishable, ClaimChecked: claimChecked });
  if (failed + unpublishable > 0) log().error('Facts not published', { failed, unpublishable, reasons });
  return failedItems(report.failedRecords);
}

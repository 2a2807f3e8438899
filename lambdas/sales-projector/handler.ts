import type { SQSEvent } from 'aws-lambda';
import { behaviourFactContracts } from '../../domains/behaviour/events/fact-contracts.ts';
import { s3ClaimCheckReader } from '../adapters/claim-check-s3.ts';
import { s3Quarantine } from '../adapters/quarantine-s3.ts';
import { countSales, type SalesTableOptions } from '../adapters/sales-table-dynamodb.ts';
import { dynamodbClient, s3Client } from '../runtime/clients.ts';
import { positiveNumberVariable, textVariable } from '../runtime/environment.ts';
import { registeredReader } from '../runtime/event-reader.ts';
import { inTime } from '../runtime/in-time.ts';
import { logger } from '../runtime/logger.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { failedItems, type PartialBatch } from '../runtime/partial-batch.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { systemIds } from '../runtime/system-ids.ts';
import { projectSales, type SalesDependencies } from './project-sales.ts';

const metrics = hopMetrics('sales-projector');
const log = once(() => logger('sales-projector'));
const table = once(
  (): SalesTableOptions => ({
    client: dynamodbClient(),
    salesTable: textVariable('SALES_TABLE'),
    tableName: textVariable('IDEMPOTENCY_TABLE'),
    rememberDays: positiveNumberVariable('IDEMPOTENCY_DAYS'),
    clock: systemClock,
    ids: systemIds,
  }),
);
const reader = once(() => registeredReader('sales-projector', behaviourFactContracts));
const dependencies = once(
  (): SalesDependencies => ({
    countSales: (sales, onOutcome) => countSales(table(), sales, onOutcome),
    reader: { ...reader(), redeem: s3ClaimCheckReader(s3Client(), textVariable('CLAIM_CHECK_BUCKET')) },
    quarantine: s3Quarantine(s3Client(), textVariable('QUARANTINE_BUCKET')),
  }),
);

/** Counts purchases into daily sales. */
export const handler = inTime(async (event: SQSEvent): Promise<PartialBatch> => {
  await reader().refresh();
  const report = await projectSales(event.Records, dependencies());
  const counts = { Consumed: report.counted, Duplicate: report.duplicates, Quarantined: report.quarantined };
  metrics(counts, report.ledger);
  if (report.reasons.length > 0) {
    log().warn('Messages failed, or were quarantined', {
      failed: report.failedMessages.length,
      reasons: report.reasons,
    });
  }
  return failedItems(report.failedMessages);
});

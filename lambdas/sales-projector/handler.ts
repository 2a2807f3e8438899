import type { SQSEvent } from 'aws-lambda';
import { countSales, type SalesTableOptions } from '../adapters/sales-table-dynamodb.ts';
import { dynamodbClient } from '../runtime/clients.ts';
import { positiveNumberVariable, textVariable } from '../runtime/environment.ts';
import { logger } from '../runtime/logger.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { failedItems, type PartialBatch } from '../runtime/partial-batch.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { systemIds } from '../runtime/system-ids.ts';
import { projectSales } from './project-sales.ts';

const metrics = hopMetrics('sales-projector');
const log = once(() => logger('sales-projector'));
const table = once(
  (): SalesTableOptions => ({
    client: dynamodbClient(),
    salesTable: textVariable('SALES_TABLE'),
    idempotencyTable: textVariable('IDEMPOTENCY_TABLE'),
    idempotencyDays: positiveNumberVariable('IDEMPOTENCY_DAYS'),
    clock: systemClock,
    ids: systemIds,
  }),
);

/** Counts purchases into daily sales. */
export async function handler(event: SQSEvent): Promise<PartialBatch> {
  const report = await projectSales(event.Records, (sales, onOutcome) => countSales(table(), sales, onOutcome));
  metrics({ Consumed: report.counted, Duplicate: report.duplicates, Conflict: report.conflicts });
  if (report.conflicts > 0) log().error('Event ids used twice with other content', { conflicts: report.conflicts });
  if (report.failedMessages.length > 0) log().warn('Messages failed', { reasons: report.reasons });
  return failedItems(report.failedMessages);
}

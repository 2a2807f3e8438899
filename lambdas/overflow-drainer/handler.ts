import type { SQSEvent } from 'aws-lambda';
import { kinesisEventLog } from '../adapters/event-log-kinesis.ts';
import { kinesisClient } from '../runtime/clients.ts';
import { textVariable } from '../runtime/environment.ts';
import { logger } from '../runtime/logger.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { failedItems, type PartialBatch } from '../runtime/partial-batch.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { systemIds } from '../runtime/system-ids.ts';
import { drain } from './drain.ts';

const metrics = hopMetrics('overflow-drainer');
const log = once(() => logger('overflow-drainer'));
const eventLog = once(() =>
  kinesisEventLog({
    client: kinesisClient(),
    streamName: textVariable('STREAM_NAME'),
    clock: systemClock,
    ids: systemIds,
  }),
);

/** Moves events from the overflow queue into the log. */
export async function handler(event: SQSEvent): Promise<PartialBatch> {
  const failed = await drain(event.Records, eventLog());
  metrics({ Drained: event.Records.length - failed.length });
  if (failed.length > 0) log().warn('Some events wait on in the overflow queue', { failed: failed.length });
  return failedItems(failed);
}

import type { SQSEvent } from 'aws-lambda';
import { kinesisEventLog } from '../adapters/event-log-kinesis.ts';
import { kinesisClient } from '../runtime/clients.ts';
import { textVariable } from '../runtime/environment.ts';
import { inTime } from '../runtime/in-time.ts';
import { logger } from '../runtime/logger.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { failedItems, type PartialBatch } from '../runtime/partial-batch.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { systemIds } from '../runtime/system-ids.ts';
import { drain } from './drain.ts';

/** Nobody waits for an answer here, and there is no other place for what the log does not take. */
const FURTHER_CALLS = 1000;

const metrics = hopMetrics('overflow-drainer');
const log = once(() => logger('overflow-drainer'));
const eventLog = once(() =>
  kinesisEventLog({
    client: kinesisClient(),
    streamName: textVariable('STREAM_NAME'),
    clock: systemClock,
    ids: systemIds,
    maxFurtherCalls: FURTHER_CALLS,
  }),
);

/** Moves events from the overflow queue into the log. */
export const handler = inTime(async (event: SQSEvent): Promise<PartialBatch> => {
  const { drained, failedMessages, ledger } = await drain(event.Records, eventLog());
  metrics({ Drained: drained }, ledger);
  if (failedMessages.length > 0)
    log().warn('Some events wait on in the overflow queue', { messages: failedMessages.length });
  return failedItems(failedMessages);
});

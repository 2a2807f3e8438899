import type { Queue } from './queue.ts';
import { expireMessages, putMetric, type SqsEngine } from './sqs-engine.ts';

const INTERVAL_MS = 60_000;

/** Reports the depth and age of every queue once a minute, for as long as there is a queue. */
export function reportGauges(engine: SqsEngine): void {
  if (engine.gauges) return;
  const report = (): void => {
    engine.gauges = undefined;
    for (const queue of engine.queues.values()) reportGauge(engine, queue);
    if (engine.queues.size > 0) reportGauges(engine);
  };
  engine.gauges = engine.cloud.clock.schedule(INTERVAL_MS, report);
}

function reportGauge(engine: SqsEngine, queue: Queue): void {
  expireMessages(engine, queue);
  const { visible, inFlight, delayed } = queue.store.counts;
  const oldestMs = queue.store.oldest?.enqueuedMs;
  const ageMs = oldestMs === undefined ? 0 : engine.cloud.clock.now() - oldestMs;
  putMetric(engine, queue, { name: 'ApproximateNumberOfMessagesVisible', value: visible });
  putMetric(engine, queue, { name: 'ApproximateNumberOfMessagesNotVisible', value: inFlight });
  putMetric(engine, queue, { name: 'ApproximateNumberOfMessagesDelayed', value: delayed });
  putMetric(engine, queue, { name: 'ApproximateAgeOfOldestMessage', value: Math.floor(ageMs / 1000) });
}

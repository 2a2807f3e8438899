import type { Cloud } from '../../local/cloud/cloud.ts';

/** How often Lambda looks for records, by what the ARN of a stream holds (Lambda guide, "polling and batching streams"). */
const POLLED_EVERY_MS: readonly (readonly [part: string, everyMs: number])[] = [
  [':kinesis:', 1000],
  [':dynamodb:', 250],
];

/**
 * Makes streams be read as often as Lambda reads them. The embedded cloud tells its pollers at once that there is something
 * new, which is fast, and makes smaller batches than AWS does; what a batch costs shows at the right size only. Queues are
 * left alone: Lambda waits at them with long polls, and hears of a message at once.
 */
export function paceSignals({ signals, clock }: Cloud): void {
  const notify = signals.notify.bind(signals);
  const waiting = new Set<string>();
  signals.notify = arn => {
    const everyMs = POLLED_EVERY_MS.find(([part]) => arn.includes(part))?.[1];
    if (everyMs === undefined) return notify(arn);
    if (waiting.has(arn)) return;
    waiting.add(arn);
    clock.schedule(everyMs - (clock.now() % everyMs), () => {
      waiting.delete(arn);
      notify(arn);
    });
  };
}

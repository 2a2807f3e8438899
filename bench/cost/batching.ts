import type { MeteredPlatform } from './metered-platform.ts';

export interface Batching {
  readonly batchSize?: number;
  readonly batchWindowSeconds?: number;
}

const SETTLE_MS = 2000;

interface Mapping {
  readonly UUID: string;
  readonly EventSourceArn: string;
  readonly BatchSize: number;
  readonly MaximumBatchingWindowInSeconds: number;
}

/** Changes how the processors' batches are gathered, as an operator would. */
export async function changeBatching(
  { call, clock }: MeteredPlatform,
  { batchSize, batchWindowSeconds }: Batching,
): Promise<void> {
  if (batchSize === undefined && batchWindowSeconds === undefined) return;
  const { EventSourceMappings } = await call<{ EventSourceMappings: Mapping[] }>(
    'lambda',
    'ListEventSourceMappings',
    {},
  );
  const mappings = EventSourceMappings.filter(({ EventSourceArn }) => EventSourceArn.includes(':kinesis:'));
  for (const mapping of mappings) {
    await call('lambda', 'UpdateEventSourceMapping', {
      UUID: mapping.UUID,
      BatchSize: batchSize ?? mapping.BatchSize,
      MaximumBatchingWindowInSeconds: batchWindowSeconds ?? mapping.MaximumBatchingWindowInSeconds,
    });
  }
  await clock.advance(SETTLE_MS);
}

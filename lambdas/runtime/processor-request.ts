/** What a processor's function may be asked for besides the batches of its stream. */
import type { CloudEvent } from '../../core/index.ts';

/** A record of the stream, as the stream holds it. */
export interface HeldRecord {
  readonly sequence: string;
  readonly arrivedAtMs: number;
  readonly event: CloudEvent;
}

/**
 * An operator's `{parked: {cursor?}}` lists parked keys, a page at a time, and `{drain: {key, by?}}` drains the lane of one: `millrace
 * parked`. The reconciler's `{fates: {records}}` asks what became of records.
 */
export type ProcessorRequest =
  | { readonly parked: { readonly cursor?: string } }
  | { readonly drain: { readonly key: string; readonly by?: string } }
  | { readonly fates: { readonly records: readonly HeldRecord[] } };

/** Whether an invocation is one of these and not a batch of the stream. */
export function isProcessorRequest(event: unknown): event is ProcessorRequest {
  return typeof event === 'object' && event !== null && ('drain' in event || 'parked' in event || 'fates' in event);
}

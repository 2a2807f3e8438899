import type { CloudEvent } from '../events/cloud-event.ts';

/** The events of one aggregate. */
export interface EventStore {
  /** All events of a stream, oldest first; the n-th has version n, counted from 1. */
  load(streamId: string): Promise<readonly CloudEvent[]>;
  /**
   * Appends events after `expectedVersion` (0 for a new stream).
   * @throws ConflictError when the stream has grown since
   */
  append(streamId: string, expectedVersion: number, events: readonly CloudEvent[]): Promise<void>;
}

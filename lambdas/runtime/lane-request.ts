/** What an operator asks a processor's function about its parked keys: `millrace parked`. */

/** `{parked: {cursor?}}` lists parked keys, a page at a time; `{drain: {key, by?}}` drains the lane of one. */
export type LaneRequest =
  | { readonly parked: { readonly cursor?: string } }
  | { readonly drain: { readonly key: string; readonly by?: string } };

/** Whether an invocation is one of these and not a batch of the stream. */
export function isLaneRequest(event: unknown): event is LaneRequest {
  return typeof event === 'object' && event !== null && ('drain' in event || 'parked' in event);
}

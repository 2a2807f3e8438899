/**
 * Stands in for `@smithy/core/event-streams` in the bundles (an alias in the bundler's settings): the clients of S3 and
 * Kinesis bring it along for SelectObjectContent and SubscribeToShard, which no handler calls.
 */

/** What a client keeps of its settings: nothing. */
export function resolveEventStreamSerdeConfig<Settings>(settings: Settings): Settings {
  return settings;
}

/** @throws always: no handler calls an operation that streams events */
export function eventStreamSerdeProvider(): never {
  throw new Error('Cannot stream events: the bundles hold no code for operations that do');
}

/** @see eventStreamSerdeProvider */
export class EventStreamSerde {
  constructor() {
    eventStreamSerdeProvider();
  }
}

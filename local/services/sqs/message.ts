import type { Timer } from '../../time/timer-heap.ts';

export interface MessageAttribute {
  /** `String`, `Number` or `Binary`, with an optional label: `Number.int`. */
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** What a message is, wherever it lies. */
export interface MessageContent {
  readonly body: string;
  readonly bodyMd5: string;
  readonly attributes: MessageAttributes;
  readonly traceHeader: string | undefined;
  readonly senderId: string;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
}

/**
 * A message in a queue. `delayed` messages have not been visible yet; `inFlight` ones were received and are neither
 * deleted nor visible again; `gone` ones were deleted, moved or have expired.
 */
export interface Message extends MessageContent {
  readonly messageId: string;
  readonly sentMs: number;
  /** When it came into this queue; later than `sentMs` in a dead-letter queue. */
  readonly enqueuedMs: number;
  readonly sequenceNumber: string | undefined;
  readonly deadLetterSourceArn: string | undefined;
  state: 'delayed' | 'visible' | 'inFlight' | 'gone';
  receiveCount: number;
  firstReceivedMs: number | undefined;
  /** The handle of the latest receive: the only one that deletes. */
  receiptHandle: string | undefined;
  /** Ends the delay or the visibility timeout. */
  hidden: Timer | undefined;
}

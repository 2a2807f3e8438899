import type { Clock } from '../../time/clock.ts';
import { FifoBacklog } from './fifo-backlog.ts';
import { type MessageChanges, MessageStore } from './message-store.ts';
import { integerAttribute, type QueueAttributes } from './queue-attributes.ts';
import { StandardBacklog } from './standard-backlog.ts';

/** What a FIFO queue remembers of a message for five minutes, to recognise it when it is sent again. */
export interface SentMessage {
  readonly messageId: string;
  readonly sequenceNumber: string;
  readonly sentMs: number;
}

/** A receive that waits for messages (long polling). Called when some may be there; answers whether it is done. */
export type Waiting = () => boolean;

export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly fifo: boolean;
  readonly createdMs: number;
  modifiedMs: number;
  readonly attributes: QueueAttributes;
  readonly tags: Map<string, string>;
  readonly store: MessageStore;
  /** By deduplication id, oldest first. */
  readonly sent: Map<string, SentMessage>;
  sequence: number;
  /** Receives that wait, first come first served. */
  readonly waiting: Set<Waiting>;
  purgedMs: number;
  deleted: boolean;
}

export interface QueueCreation {
  readonly name: string;
  readonly arn: string;
  readonly fifo: boolean;
  readonly attributes: QueueAttributes;
  readonly createdMs: number;
  readonly clock: Clock;
  readonly changes: MessageChanges;
  readonly onVisible: (queue: Queue) => void;
}

export function createQueue(creation: QueueCreation): Queue {
  const { name, arn, fifo, attributes, createdMs, clock, changes, onVisible } = creation;
  const backlog = fifo ? new FifoBacklog() : new StandardBacklog();
  const queue: Queue = {
    name,
    arn,
    fifo,
    createdMs,
    modifiedMs: createdMs,
    attributes,
    tags: new Map(),
    store: new MessageStore({ clock, backlog, changes, onVisible: () => onVisible(queue) }),
    sent: new Map(),
    sequence: 0,
    waiting: new Set(),
    purgedMs: Number.NEGATIVE_INFINITY,
    deleted: false,
  };
  return queue;
}

/** Messages that were sent at or before this instant are to be forgotten. */
export function retentionHorizonMs(queue: Queue, nowMs: number): number {
  return nowMs - integerAttribute(queue.attributes, 'MessageRetentionPeriod') * 1000;
}

/** Where the engine says which of its records it has changed, so that they can outlive the process. */
export interface SqsChanges {
  queue(name: string): void;
  /** A message came or went. */
  message(queueName: string, messageId: string): void;
  /** A message was received, or its visibility timeout changed. */
  receive(queueName: string, messageId: string): void;
  /** A FIFO queue gave out a sequence number. */
  sequence(queueName: string): void;
  /** A FIFO queue will recognise a sending. */
  sent(queueName: string, deduplicationKey: string): void;
  moveTask(taskHandle: string): void;
}

/** Nothing outlives the process. */
export const unkept: SqsChanges = {
  queue: () => {},
  message: () => {},
  receive: () => {},
  sequence: () => {},
  sent: () => {},
  moveTask: () => {},
};

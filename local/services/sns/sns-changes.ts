/** Where the engine says which of its records it has changed, so that they can outlive the process. */
export interface SnsChanges {
  topic(arn: string): void;
  /** A FIFO topic gave out a sequence number. */
  sequence(topicArn: string): void;
  /** A FIFO topic will recognise a message. */
  published(topicArn: string, deduplicationId: string): void;
  subscription(arn: string): void;
  /** A delivery began, waits for another try, or ended. */
  delivery(key: string): void;
}

/** Nothing outlives the process. */
export const unkept: SnsChanges = {
  topic: () => {},
  sequence: () => {},
  published: () => {},
  subscription: () => {},
  delivery: () => {},
};

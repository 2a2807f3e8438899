/** A topic, as plain data. */
export interface Topic {
  readonly name: string;
  readonly arn: string;
  readonly fifo: boolean;
  /** Only what was set. */
  readonly attributes: Map<string, string>;
  readonly tags: Map<string, string>;
  subscriptionsDeleted: number;
  sequence: number;
  /** What a FIFO topic published in the last five minutes, by deduplication id, oldest first. */
  readonly published: Map<
    string,
    { readonly messageId: string; readonly sequenceNumber: string; readonly atMs: number }
  >;
}

/** A subscription, as plain data. One that is pending gets no messages. */
export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  /** Only what was set. */
  readonly attributes: Map<string, string>;
  readonly principalArn: string;
  /** With which a pending subscription is confirmed. */
  readonly token: string;
  pending: boolean;
}

export const PROTOCOLS = ['sqs', 'lambda', 'email', 'email-json', 'http', 'https', 'sms'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

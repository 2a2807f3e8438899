/**
 * An event pattern that EventBridge would refuse. The message is AWS's reason, with the place in the text where AWS
 * gives one.
 */
export class EventPatternError extends Error {
  readonly code = 'InvalidEventPattern';
  readonly retryable = false;

  constructor(reason: string) {
    super(reason);
    this.name = 'EventPatternError';
  }
}

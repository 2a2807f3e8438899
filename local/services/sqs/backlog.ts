import type { Message } from './message.ts';

/**
 * The visible messages of a queue, in the order in which they are to be received. It knows nothing of time: the store
 * tells it when a message shows, hides or goes.
 */
export interface Backlog {
  /** The message is in the queue from now on, visible or delayed. */
  add(message: Message): void;
  /** The message has just become visible. */
  show(message: Message): void;
  /** The message has just become invisible. */
  hide(message: Message): void;
  /** The message has just gone. */
  remove(message: Message): void;
  /**
   * The next message to receive; the caller hides or removes it before it asks again. `taken` names the message groups
   * that this receive has taken from already.
   */
  next(taken: ReadonlySet<string>): Message | undefined;
  clear(): void;
}

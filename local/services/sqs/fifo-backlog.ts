import type { Backlog } from './backlog.ts';
import type { Message } from './message.ts';

interface MessageGroup {
  readonly id: string;
  /** In the order of their sequence numbers; those before `head` have gone. */
  messages: Message[];
  head: number;
  readonly inFlight: Set<Message>;
}

const COMPACT_AFTER = 1024;

/**
 * Messages by group.
 *
 * Invariants:
 * 1. Within a group messages are received in the order in which they were sent: one that comes back goes before those
 *    that were sent after it.
 * 2. While a message of a group is in flight, only the receive that took it may take more of that group.
 * 3. `ready` holds the groups whose next message is visible and which have none in flight.
 */
export class FifoBacklog implements Backlog {
  readonly #groups = new Map<string, MessageGroup>();
  readonly #ready = new Set<MessageGroup>();

  add(message: Message): void {
    const id = groupIdOf(message);
    const group = this.#groups.get(id) ?? { id, messages: [], head: 0, inFlight: new Set() };
    this.#groups.set(id, group);
    group.messages.push(message);
    this.#settle(group);
  }

  show(message: Message): void {
    this.#change(message, group => group.inFlight.delete(message));
  }

  hide(message: Message): void {
    this.#change(message, group => group.inFlight.add(message));
  }

  remove(message: Message): void {
    this.#change(message, group => {
      group.inFlight.delete(message);
      while (group.messages[group.head]?.state === 'gone') group.head++;
      if (group.head < COMPACT_AFTER) return;
      group.messages = group.messages.slice(group.head);
      group.head = 0;
    });
  }

  next(taken: ReadonlySet<string>): Message | undefined {
    for (const id of taken) {
      const group = this.#groups.get(id);
      const message = group && nextVisible(group);
      if (message) return message;
    }
    for (const group of this.#ready) return nextVisible(group);
    return undefined;
  }

  clear(): void {
    this.#groups.clear();
    this.#ready.clear();
  }

  #change(message: Message, change: (group: MessageGroup) => unknown): void {
    const group = this.#groups.get(groupIdOf(message));
    if (!group) return;
    change(group);
    this.#settle(group);
  }

  /** Restores invariant 3 for one group, and forgets it when it is empty. */
  #settle(group: MessageGroup): void {
    if (group.inFlight.size === 0 && nextVisible(group)) this.#ready.add(group);
    else this.#ready.delete(group);
    if (group.head === group.messages.length) this.#groups.delete(group.id);
  }
}

/** The message whose turn it is, unless it is still delayed. */
function nextVisible(group: MessageGroup): Message | undefined {
  for (let index = group.head; index < group.messages.length; index++) {
    const message = group.messages[index];
    if (message?.state === 'visible') return message;
    if (message?.state === 'delayed') return undefined;
  }
  return undefined;
}

function groupIdOf(message: Message): string {
  return message.groupId ?? '';
}

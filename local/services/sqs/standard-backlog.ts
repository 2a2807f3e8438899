import type { Backlog } from './backlog.ts';
import type { Message } from './message.ts';

/**
 * Visible messages in the order in which they became visible. The cursor walks the set while it changes (a set's
 * iterator sees what is added later), so that a long backlog is never walked twice.
 */
export class StandardBacklog implements Backlog {
  readonly #visible = new Set<Message>();
  #cursor = this.#visible.values();

  add(message: Message): void {
    if (message.state === 'visible') this.show(message);
  }

  show(message: Message): void {
    this.#visible.add(message);
  }

  hide(message: Message): void {
    this.#visible.delete(message);
  }

  remove(message: Message): void {
    this.#visible.delete(message);
  }

  next(): Message | undefined {
    if (this.#visible.size === 0) return undefined;
    const step = this.#cursor.next();
    if (!step.done) return step.value;
    this.#cursor = this.#visible.values();
    return this.#cursor.next().value;
  }

  clear(): void {
    this.#visible.clear();
    this.#cursor = this.#visible.values();
  }
}

import type { Cancel, Clock } from '../../time/clock.ts';
import { TimerHeap } from '../../time/timer-heap.ts';
import type { Backlog } from './backlog.ts';
import type { Message } from './message.ts';

export interface MessageCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** Hears which messages' records have changed. */
export interface MessageChanges {
  /** A message came or went. */
  message(messageId: string): void;
  /** A message was received, or is hidden until another time. */
  receive(messageId: string): void;
}

const NO_GROUPS: ReadonlySet<string> = new Set();

/**
 * The messages of one queue, with their delays and visibility timeouts on the clock.
 *
 * Invariants:
 * 1. Every message that has not gone is in `#messages`, and is exactly one of visible, delayed and in flight.
 * 2. A message that is delayed or in flight has a timer in `#hidden`; a visible one has none, and is in the backlog.
 * 3. The clock's alarm is set for the first timer in `#hidden`, and for no other time.
 */
export class MessageStore {
  readonly #clock: Clock;
  readonly #backlog: Backlog;
  readonly #onVisible: () => void;
  readonly #changes: MessageChanges;
  readonly #messages = new Map<string, Message>();
  readonly #hidden = new TimerHeap();
  #alarm: { readonly atMs: number; readonly cancel: Cancel } | undefined;
  #delayed = 0;
  #inFlight = 0;

  /** `onVisible` is called whenever time has made messages visible; not by `add`. */
  constructor(options: { clock: Clock; backlog: Backlog; onVisible: () => void; changes: MessageChanges }) {
    this.#clock = options.clock;
    this.#backlog = options.backlog;
    this.#onVisible = options.onVisible;
    this.#changes = options.changes;
  }

  get counts(): MessageCounts {
    const visible = this.#messages.size - this.#delayed - this.#inFlight;
    return { visible, inFlight: this.#inFlight, delayed: this.#delayed };
  }

  /** The message that has been in the queue for longest. */
  get oldest(): Message | undefined {
    return this.#messages.values().next().value;
  }

  /** In the order in which they came. */
  get all(): Iterable<Message> {
    return this.#messages.values();
  }

  find(messageId: string): Message | undefined {
    return this.#messages.get(messageId);
  }

  add(message: Message, delayMs: number): void {
    this.#messages.set(message.messageId, message);
    message.state = 'visible';
    if (delayMs > 0) this.#conceal(message, 'delayed', this.#clock.now() + delayMs);
    this.#backlog.add(message);
    this.#changes.message(message.messageId);
    this.#setAlarm();
  }

  /** Takes back a message of an earlier process. Nothing becomes visible by itself before `resume`. */
  restore(message: Message, delayedUntilMs: number | undefined): void {
    this.#messages.set(message.messageId, message);
    if (delayedUntilMs !== undefined) this.#conceal(message, 'delayed', delayedUntilMs);
    this.#backlog.add(message);
  }

  /** Takes back the latest receive of a message that is back. */
  restoreReceive(message: Message, hiddenUntilMs: number | undefined): void {
    this.#hideUntil(message, hiddenUntilMs);
  }

  /** What has come due meanwhile shows at once, the rest when its time comes. */
  resume(): void {
    this.#revealDue();
  }

  /** Calls `visit` with visible messages in order until it has taken `max`; `visit` answers false for one that it removed. */
  take(max: number, visit: (message: Message) => boolean): Message[] {
    this.#showDue();
    const taken: Message[] = [];
    const groups = new Set<string>();
    while (taken.length < max) {
      const message = this.#backlog.next(groups.size === 0 ? NO_GROUPS : groups);
      if (!message) break;
      if (!visit(message)) continue;
      taken.push(message);
      if (message.groupId !== undefined) groups.add(message.groupId);
    }
    return taken;
  }

  /** Makes a message invisible for that long; at once visible again when the time is 0. */
  hide(message: Message, durationMs: number): void {
    if (message.state === 'gone') return;
    this.#hideUntil(message, durationMs > 0 ? this.#clock.now() + durationMs : undefined);
    this.#changes.receive(message.messageId);
    this.#setAlarm();
  }

  remove(message: Message): void {
    if (message.state === 'gone') return;
    if (message.hidden) this.#reveal(message);
    message.state = 'gone';
    this.#messages.delete(message.messageId);
    this.#backlog.remove(message);
    this.#noteGone(message);
    this.#setAlarm();
  }

  /** Removes the messages that were sent at or before `horizonMs`, from the oldest on until one is younger. */
  expire(horizonMs: number): void {
    for (const message of this.#messages.values()) {
      if (message.sentMs > horizonMs) return;
      this.remove(message);
    }
  }

  clear(): void {
    for (const message of this.#messages.values()) {
      message.state = 'gone';
      if (message.hidden) message.hidden.cancelled = true;
      this.#noteGone(message);
    }
    this.#messages.clear();
    this.#backlog.clear();
    this.#delayed = 0;
    this.#inFlight = 0;
    this.#setAlarm();
  }

  #noteGone({ messageId, receiptHandle }: Message): void {
    this.#changes.message(messageId);
    if (receiptHandle !== undefined) this.#changes.receive(messageId);
  }

  #hideUntil(message: Message, untilMs: number | undefined): void {
    if (message.hidden) this.#reveal(message);
    if (untilMs === undefined) {
      this.#backlog.show(message);
    } else {
      this.#conceal(message, 'inFlight', untilMs);
      this.#backlog.hide(message);
    }
  }

  #conceal(message: Message, state: 'delayed' | 'inFlight', untilMs: number): void {
    message.state = state;
    if (state === 'delayed') this.#delayed++;
    else this.#inFlight++;
    message.hidden = this.#hidden.add(untilMs, () => {
      this.#reveal(message);
      this.#backlog.show(message);
    });
  }

  #reveal(message: Message): void {
    if (message.state === 'delayed') this.#delayed--;
    else this.#inFlight--;
    if (message.hidden) message.hidden.cancelled = true;
    message.hidden = undefined;
    message.state = 'visible';
  }

  /** @returns whether there was a message that is visible now */
  #showDue(): boolean {
    const nowMs = this.#clock.now();
    let shown = false;
    for (let timer = this.#hidden.peek(); timer && timer.atMs <= nowMs; timer = this.#hidden.peek()) {
      this.#hidden.pop();
      timer.run();
      shown = true;
    }
    return shown;
  }

  #revealDue(): void {
    const shown = this.#showDue();
    this.#setAlarm();
    if (shown) this.#onVisible();
  }

  #setAlarm(): void {
    const atMs = this.#hidden.peek()?.atMs;
    if (atMs === this.#alarm?.atMs) return;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    if (atMs === undefined) return;
    const cancel = this.#clock.schedule(atMs - this.#clock.now(), () => {
      this.#alarm = undefined;
      this.#revealDue();
    });
    this.#alarm = { atMs, cancel };
  }
}

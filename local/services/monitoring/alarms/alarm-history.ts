import type { Alarm } from './alarm.ts';

const MOST_ITEMS = 1000;

export interface AlarmHistoryItem {
  readonly number: number;
  readonly alarmName: string;
  readonly alarmKind: Alarm['kind'];
  readonly atMs: number;
  readonly kind: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  readonly summary: string;
}

/** What happened to alarms, also to those that are gone; oldest first, the newest thousand. */
export class AlarmHistory {
  readonly #items = new Map<number, AlarmHistoryItem>();
  #lastNumber = 0;
  /** Told of every item that came. */
  added: (number: number) => void = () => {};

  get items(): readonly AlarmHistoryItem[] {
    return [...this.#items.values()];
  }

  find(number: number): AlarmHistoryItem | undefined {
    return this.#items.get(number);
  }

  add(item: Omit<AlarmHistoryItem, 'number'>): void {
    const number = this.#lastNumber + 1;
    this.restore({ number, ...item });
    this.added(number);
  }

  /** Takes back an item of an earlier process; the older ones come first. */
  restore(item: AlarmHistoryItem): void {
    this.#items.set(item.number, item);
    this.#lastNumber = Math.max(this.#lastNumber, item.number);
    const [oldest] = this.#items.keys();
    if (this.#items.size > MOST_ITEMS && oldest !== undefined) this.#items.delete(oldest);
  }
}

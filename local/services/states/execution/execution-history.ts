import type { JsonObject } from '../../../cloud/service.ts';
import type { Clock } from '../../../time/clock.ts';
import { isJsonObject } from '../json-object.ts';
import type { StateMachineType } from '../state-machine.ts';
import { StateFailure } from './state-failure.ts';

/** The most events of one execution; the last is the one that ends it. */
export const MOST_EVENTS = 25_000;

/** One event as `GetExecutionHistory` answers it, its details under the member that AWS gives its type. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Epoch seconds. */
  readonly timestamp: number;
  readonly type: string;
  readonly [details: string]: unknown;
}

/** One line of control through the history: the execution itself, a branch, an iteration. */
export interface EventThread {
  lastEventId: number;
  /** Which branch of the execution it is: empty for the whole, else numbers from the outermost on (`0.3`). */
  readonly path: string;
}

export interface EventOptions {
  /** A side note: what comes next does not follow from it. */
  readonly aside?: boolean;
  /** @default the thread's last event */
  readonly previousEventId?: number;
}

export interface HistoryOptions {
  /** @default STANDARD */
  readonly type?: StateMachineType;
  /** Hears of every event, and of the thread that it belongs to. */
  readonly onEvent?: (event: HistoryEvent, thread: EventThread) => void;
}

/** What happened in one execution, in order. */
export class ExecutionHistory {
  /** Standard executions only: nobody can ask for those of an Express one. */
  readonly events: HistoryEvent[] = [];
  readonly #type: StateMachineType;
  #lastEventId = 0;
  readonly #clock: Clock;
  readonly #onEvent: (event: HistoryEvent, thread: EventThread) => void;

  constructor(clock: Clock, { type = 'STANDARD', onEvent = () => {} }: HistoryOptions = {}) {
    this.#clock = clock;
    this.#onEvent = onEvent;
    this.#type = type;
  }

  get lastEventId(): number {
    return this.#lastEventId;
  }

  /** Notes an event. @returns its id @throws StateFailure at the limit of events */
  add(thread: EventThread, type: string, details?: JsonObject, options: EventOptions = {}): number {
    if (this.#type === 'STANDARD' && this.#lastEventId >= MOST_EVENTS - 1) {
      throw new StateFailure({
        error: 'States.Runtime',
        cause: `The execution reached the maximum number of history events (${MOST_EVENTS}).`,
        terminal: true,
      });
    }
    return this.#note(thread, type, details, options);
  }

  /** Notes the event that ends the execution; there is always room for it. */
  close(thread: EventThread, type: string, details: JsonObject): void {
    this.#note(thread, type, details, {});
  }

  #note(thread: EventThread, type: string, details: JsonObject | undefined, options: EventOptions): number {
    const event: HistoryEvent = {
      id: ++this.#lastEventId,
      previousEventId: options.previousEventId ?? thread.lastEventId,
      timestamp: this.#clock.now() / 1000,
      type,
      ...(details ? { [detailsMember(type)]: details } : {}),
    };
    if (this.#type === 'STANDARD') this.events.push(event);
    if (!options.aside) thread.lastEventId = event.id;
    this.#onEvent(event, thread);
    return event.id;
  }

  /** Takes back an event of an earlier process. */
  restore(event: HistoryEvent): void {
    this.events[event.id - 1] = event;
    this.#lastEventId = Math.max(this.#lastEventId, event.id);
  }

  /** A value that stands in an event as JSON text. */
  valueIn(eventId: number, member: 'input' | 'parameters'): unknown {
    const event = this.events[eventId - 1];
    const details = event?.[detailsMember(event.type)];
    const text = isJsonObject(details) ? details[member] : undefined;
    if (typeof text === 'string') return JSON.parse(text);
    throw new Error(`Cannot read '${member}' of event ${eventId}: it is not there`);
  }
}

/** The member that holds an event type's details. */
export function detailsMember(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

import type { JsonObject } from '../../../cloud/service.ts';
import type { Clock } from '../../../time/clock.ts';
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
}

export interface EventOptions {
  /** A side note: what comes next does not follow from it. */
  readonly aside?: boolean;
  /** @default the thread's last event */
  readonly previousEventId?: number;
}

/** What happened in one execution, in order. */
export class ExecutionHistory {
  /** Standard executions only: nobody can ask for those of an Express one. */
  readonly events: HistoryEvent[] = [];
  readonly #type: StateMachineType;
  #lastEventId = 0;
  readonly #clock: Clock;
  readonly #onEvent: (event: HistoryEvent) => void;

  constructor(clock: Clock, onEvent: (event: HistoryEvent) => void = () => {}, type: StateMachineType = 'STANDARD') {
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
    this.#onEvent(event);
    return event.id;
  }
}

/** The member that holds an event type's details. */
export function detailsMember(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

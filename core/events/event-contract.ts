import { accepted, type Result, refused } from '../result.ts';
import type { CloudEvent } from './cloud-event.ts';
import { type EventProblem, eventProblem } from './event-problem.ts';
import { isSurelyEnvelope, parseEnvelope } from './parse-envelope.ts';
import { isDataWithinDepth, isSurelyPortable, portableJsonProblem } from './portable-json.ts';

/** What is agreed about one event type: its name and the judge of its data. `Agreed` is the event that keeps it. */
export interface EventContract<Agreed extends CloudEvent = CloudEvent> {
  /** As events have it on their way. A reader that casts them to another major version sees that one's type. */
  readonly type: string;
  /** Of the schema behind `problemOf`; absent when nobody says. */
  readonly version?: string;
  /** `undefined` when the data keeps the contract; paths in the problem begin with `data`. */
  readonly problemOf: (data: unknown) => EventProblem | undefined;
  /** An event whose data was judged, in the version that its reader knows. @default as it is */
  readonly cast?: (event: CloudEvent) => Agreed;
  /** Never there: it carries the type of the event, for `defineProcessor`. */
  readonly agreed?: Agreed;
}

/**
 * Judges whole events: that they can travel, envelope, known type, data.
 * @param text what `value` was parsed from, if it is at hand: it saves a walk through the value
 */
export type EventParser = (value: unknown, text?: string) => Result<CloudEvent, EventProblem>;

/** By which contract of its type an event is judged, where several versions are known. @param own the code's own one */
export type ContractChoice = (own: EventContract, event: CloudEvent) => EventContract;

/**
 * A parser of the events that the given contracts describe; every other type is refused by name. Events come out as they
 * came in: they are cast where they are read, so that what is remembered of them does not depend on who reads them.
 * @param choose @default the given contract
 */
export function eventParser(contracts: readonly EventContract[], choose?: ContractChoice): EventParser {
  const problemOf = dataJudge(contracts, choose);
  return (value, text) => {
    let event = text === undefined ? undefined : surelySound(value, text);
    if (!event) {
      const unportable = portableJsonProblem(value);
      if (unportable) return refused(unportable);
      const envelope = parseEnvelope(value);
      if (!envelope.ok) return envelope;
      event = envelope.value;
    }
    const problem = problemOf(event);
    return problem ? refused(problem) : accepted(event);
  };
}

/**
 * Judges what the envelope of an event says nothing about: that its type is known, and its data.
 * @param choose @default the given contract
 */
export function dataJudge(
  contracts: readonly EventContract[],
  choose?: ContractChoice,
): (event: CloudEvent) => EventProblem | undefined {
  const byType = new Map(contracts.map(contract => [contract.type, contract]));
  const known = [...byType.keys()].join(', ');
  return event => {
    const contract = byType.get(event.type);
    if (!contract) return eventProblem('type', event.type, `unknown type; known are ${known}`);
    return (choose?.(contract, event) ?? contract).problemOf(event.data);
  };
}

/** An event that needs no closer look: that can travel, and whose envelope is sound. `undefined` says nothing. */
function surelySound(value: unknown, text: string): CloudEvent | undefined {
  if (!isSurelyPortable(text) || !isSurelyEnvelope(value)) return undefined;
  return isDataWithinDepth(value.data) ? value : undefined; // nothing else in a sound envelope is nested
}

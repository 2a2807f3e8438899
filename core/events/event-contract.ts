import { accepted, type Result, refused } from '../result.ts';
import type { CloudEvent } from './cloud-event.ts';
import { type EventProblem, eventProblem } from './event-problem.ts';
import { parseEnvelope } from './parse-envelope.ts';
import { isSurelyPortable, portableJsonProblem } from './portable-json.ts';

/** What is agreed about one event type: its name and the judge of its data. `Agreed` is the event that keeps it. */
export interface EventContract<Agreed extends CloudEvent = CloudEvent> {
  readonly type: Agreed['type'];
  /** `undefined` when the data keeps the contract; paths in the problem begin with `data`. */
  readonly problemOf: (data: unknown) => EventProblem | undefined;
  /** Never there: it carries the type of the event, for `defineProcessor`. */
  readonly agreed?: Agreed;
}

/**
 * Judges whole events: that they can travel, envelope, known type, data.
 * @param text what `value` was parsed from, if it is at hand: it saves a walk through the value
 */
export type EventParser = (value: unknown, text?: string) => Result<CloudEvent, EventProblem>;

/** A parser of the events that the given contracts describe; every other type is refused by name. */
export function eventParser(contracts: readonly EventContract[]): EventParser {
  const byType = new Map(contracts.map(contract => [contract.type, contract]));
  const known = [...byType.keys()].join(', ');
  return (value, text) => {
    const unportable = text !== undefined && isSurelyPortable(text) ? undefined : portableJsonProblem(value);
    if (unportable) return refused(unportable);
    const envelope = parseEnvelope(value);
    if (!envelope.ok) return envelope;
    const contract = byType.get(envelope.value.type);
    if (!contract) return refused(eventProblem('type', envelope.value.type, `unknown type; known are ${known}`));
    const problem = contract.problemOf(envelope.value.data);
    return problem ? refused(problem) : accepted(envelope.value);
  };
}

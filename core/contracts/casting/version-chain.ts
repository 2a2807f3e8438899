/**
 * The major versions of one event, from the oldest to the newest, with pure functions between neighbours. A reader of the
 * newest reads all of them; a producer of the newest can still write an older one.
 *
 * 1. A cast changes type, data and `dataschema`, and nothing else: the event stays the same event.
 * 2. Only neighbours are cast into each other; longer ways are made of these steps.
 * 3. What a step makes keeps the contract that it is made for. A step that fails in that has a mistake: it throws.
 */
import type { CloudEvent } from '../../events/cloud-event.ts';
import type { EventContract } from '../../events/event-contract.ts';
import { schemaUri } from '../registry/schema-version.ts';

/** How data of neighbouring versions become each other. Pure. */
export interface VersionStep<OlderData, NewerData> {
  readonly up: (data: OlderData) => NewerData;
  /** May lose what the older version has no place for. */
  readonly down: (data: NewerData) => OlderData;
}

export interface VersionChain<Newest extends CloudEvent> {
  readonly newest: EventContract<Newest>;
  /** For a reader that knows the newest version: contracts of every version, all of which give it the newest. */
  readonly reads: readonly EventContract<Newest>[];
  /** The event as an older version of it. @throws Error when the chain has no version of that type */
  writes(type: string): (event: Newest) => CloudEvent;
  /** The chain with a newer version at its end. */
  next<Newer extends CloudEvent>(
    contract: EventContract<Newer>,
    step: VersionStep<Newest['data'], Newer['data']>,
  ): VersionChain<Newer>;
}

/** A chain of one version, the oldest that is still read. */
export function versionChain<First extends CloudEvent>(contract: EventContract<First>): VersionChain<First> {
  return chainOf(contract, [contract], new Map([[contract.type, event => event]]));
}

type Downcast<Newest> = (event: Newest) => CloudEvent;

function chainOf<Newest extends CloudEvent>(
  newest: EventContract<Newest>,
  reads: readonly EventContract<Newest>[],
  writers: ReadonlyMap<string, Downcast<Newest>>,
): VersionChain<Newest> {
  return {
    newest,
    reads,
    writes(type) {
      const write = writers.get(type);
      if (write) return write;
      throw new Error(`Cannot write ${newest.type} as '${type}': its versions are ${[...writers.keys()].join(', ')}`);
    },
    next<Newer extends CloudEvent>(
      contract: EventContract<Newer>,
      { up, down }: VersionStep<Newest['data'], Newer['data']>,
    ): VersionChain<Newer> {
      const older = reads.map(({ cast, agreed: _agreed, ...read }): EventContract<Newer> => {
        const raised = (event: CloudEvent) => castTo(contract, event, up((cast?.(event) ?? event).data));
        return { ...read, cast: event => seenBy(contract, raised(event)) }; // the contract that it is read by has judged it
      });
      const lower = [...writers].map(([type, write]): readonly [string, Downcast<Newer>] => {
        return [type, event => write(castTo(newest, event, down(event.data)))];
      });
      const same: Downcast<Newer> = event => event;
      return chainOf<Newer>(contract, [...older, contract], new Map([...lower, [contract.type, same]]));
    },
  };
}

/** The event with the defaults of its version. */
function seenBy<Agreed extends CloudEvent>({ cast }: EventContract<Agreed>, event: Agreed): Agreed {
  return cast?.(event) ?? event;
}

/** Invariants 1 and 3. */
function castTo<Agreed extends CloudEvent>(contract: EventContract<Agreed>, event: CloudEvent, data: unknown): Agreed {
  const { type, version } = contract;
  const problem = contract.problemOf(data);
  if (problem) {
    throw new Error(`Cannot cast ${event.type} to ${type}: ${problem.field} ${problem.reason}, in event ${event.id}`);
  }
  const { dataschema: _dataschema, ...kept } = event;
  const cast = { ...kept, type, data, ...(version !== undefined && { dataschema: schemaUri(type, version) }) };
  return cast as CloudEvent as Agreed; // its contract has just judged it
}

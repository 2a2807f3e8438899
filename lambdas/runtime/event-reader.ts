import {
  type CloudEvent,
  type ContractChoice,
  dataJudge,
  type EventContract,
  type EventParser,
  type EventProblem,
  eventParser,
  readerCast,
} from '../../core/index.ts';
import { contractsOf } from './registered-contracts.ts';

/** How a hop reads events: judges them, and sees them in the version that it knows. */
export interface EventReader<Agreed extends CloudEvent = CloudEvent> {
  /** Judges; the event comes out as it came in. */
  readonly parse: EventParser;
  /** Judges the data of an event whose envelope is known to be sound. */
  readonly problemOf: (event: CloudEvent) => EventProblem | undefined;
  /** A judged event in the version that the hop knows. */
  readonly cast: (event: CloudEvent) => Agreed;
}

/** Reads events by contracts. @param choose @default the contracts themselves */
export function eventReader<Agreed extends CloudEvent>(
  contracts: readonly EventContract<Agreed>[],
  choose?: ContractChoice,
): EventReader<Agreed> {
  const problemOf = dataJudge(contracts, choose);
  return { parse: eventParser(contracts, choose), problemOf, cast: readerCast(contracts) };
}

/** A reader that goes by the registry of schemas, where that knows more than the code. */
export interface RegisteredReader<Agreed extends CloudEvent> extends EventReader<Agreed> {
  /** To be called at the beginning of an invocation: looks at the registry once in a while. Never throws. */
  refresh(): Promise<void>;
}

/** The reader of one hop; the table of the registry is in SCHEMAS_TABLE. */
export function registeredReader<Agreed extends CloudEvent>(
  hop: string,
  contracts: readonly EventContract<Agreed>[],
): RegisteredReader<Agreed> {
  const registered = contractsOf(hop, contracts);
  return { ...eventReader(contracts, registered.contractFor), refresh: registered.refresh };
}

import {
  accepted,
  type CloudEvent,
  type ContractChoice,
  type EventContract,
  type EventProblem,
  eventProblem,
  messageOf,
  type QuarantinedRecord,
  type Result,
  refused,
} from '../../core/index.ts';
import { quarantinedRecordId } from '../adapters/quarantine-s3.ts';

/** Judges a fact before it leaves; it comes out as it leaves. */
export type ExamineFact = (fact: CloudEvent) => Result<CloudEvent, EventProblem>;

export interface FactRules {
  readonly contracts: readonly EventContract[];
  /** @default the contracts themselves */
  readonly choose?: ContractChoice;
  /** What makes another version of facts of a type. @default they leave as they were written */
  readonly casts?: ReadonlyMap<string, (fact: CloudEvent) => CloudEvent>;
}

/**
 * Judges facts by their schemas. One that its schema refuses is a mistake of ours, as is a cast that fails. A fact of a type
 * that has no schema leaves unjudged.
 */
export function examineFacts({ contracts, choose, casts = new Map() }: FactRules): ExamineFact {
  const byType = new Map(contracts.map(contract => [contract.type, contract]));
  return fact => {
    const own = byType.get(fact.type);
    const problem = own && (choose?.(own, fact) ?? own).problemOf(fact.data);
    if (problem) return refused(problem);
    const cast = casts.get(fact.type);
    if (!cast) return accepted(fact);
    try {
      return accepted(cast(fact));
    } catch (error) {
      return refused(eventProblem('type', fact.type, messageOf(error)));
    }
  };
}

const HOP = 'outbox-publisher';

/** A refused fact as it goes into the quarantine: the same at every delivery. */
export function quarantinedFact(
  { event, writtenAtMs }: { readonly event: CloudEvent; readonly writtenAtMs: number | undefined },
  { field, reason }: EventProblem,
): QuarantinedRecord {
  return {
    id: quarantinedRecordId(HOP, event.id),
    quarantinedAt: writtenAtMs === undefined ? event.time : new Date(writtenAtMs).toISOString(),
    hop: HOP,
    field,
    reason,
    received: event,
    origin: { type: event.type, subject: event.subject },
  };
}

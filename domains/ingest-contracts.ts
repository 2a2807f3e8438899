import { type EventContract, eventParser } from '../core/index.ts';
import { behaviourIngestContracts } from './behaviour/events/ingest-contracts.ts';

/** The contracts of every event that may come in from outside, all domains together: a new domain adds its own here. */
export const ingestContracts: readonly EventContract[] = [...behaviourIngestContracts];

/** Judges events that come in. */
export const parseIngestedEvent = eventParser(ingestContracts);

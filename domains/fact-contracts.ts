import type { CloudEvent, EventContract } from '../core/index.ts';
import { behaviourFactContracts } from './behaviour/events/fact-contracts.ts';
import { travelFactContracts } from './travel/events/fact-contracts.ts';

/** The contracts of every fact that goes to the bus, all domains together: a new domain adds its own here. */
export const factContracts: readonly EventContract[] = [...behaviourFactContracts, ...travelFactContracts];

/**
 * Facts that leave in an older major version than they were written in, for as long as somebody reads no other: by the type
 * that is written, what makes the older fact of it (`chain.writes`).
 */
export const outgoingCasts: ReadonlyMap<string, (fact: CloudEvent) => CloudEvent> = new Map();

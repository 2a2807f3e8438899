import type { Operation } from '../../../cloud/service.ts';
import type { StatesEngine } from '../states-engine.ts';

/** One API operation of Step Functions, given the engine. */
export type Action = (engine: StatesEngine) => Operation;

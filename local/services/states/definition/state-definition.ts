import type { JsonObject } from '../../../cloud/service.ts';

export type QueryLanguage = 'JSONPath' | 'JSONata';

/** A state as it stands in a validated definition; each kind of state reads its own fields. */
export interface StateDefinition {
  readonly Type: StateType;
  readonly QueryLanguage?: QueryLanguage;
  readonly Next?: string;
  readonly End?: boolean;
  readonly [field: string]: unknown;
}

export type StateType = 'Task' | 'Pass' | 'Choice' | 'Wait' | 'Parallel' | 'Map' | 'Succeed' | 'Fail';

/** States and where to begin: a whole machine, a branch, or what a Map does with each item. */
export interface StateGraph {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, StateDefinition>>;
  readonly QueryLanguage?: QueryLanguage;
  readonly ProcessorConfig?: JsonObject;
}

/** A whole state machine. */
export interface StateMachineDefinition extends StateGraph {
  readonly Comment?: string;
  readonly TimeoutSeconds?: number;
}

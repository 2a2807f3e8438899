import type { JsonObject } from '../../cloud/service.ts';
import type { StateMachineDefinition } from './definition/state-definition.ts';

export type StateMachineType = 'STANDARD' | 'EXPRESS';

/** A state machine as it was last created or updated. */
export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly type: StateMachineType;
  readonly roleArn: string;
  /** As it was given. */
  readonly definitionText: string;
  readonly definition: StateMachineDefinition;
  /** Epoch seconds. */
  readonly creationDate: number;
  readonly updateDate: number;
  readonly revisionId: string | undefined;
  readonly loggingConfiguration: LoggingConfiguration;
  readonly tracingConfiguration: JsonObject;
  readonly tags: Readonly<Record<string, string>>;
}

export interface LoggingConfiguration {
  readonly level: 'ALL' | 'ERROR' | 'FATAL' | 'OFF';
  readonly includeExecutionData: boolean;
  readonly destinations: readonly JsonObject[];
}

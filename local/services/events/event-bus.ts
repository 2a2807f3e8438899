import type { JsonObject } from '../../cloud/service.ts';
import type { CompiledPattern } from './pattern/event-pattern.ts';

export const DEFAULT_BUS = 'default';

/** A target of a rule, its members as `PutTargets` names them. */
export interface Target extends JsonObject {
  readonly Id: string;
  readonly Arn: string;
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly busName: string;
  pattern: CompiledPattern | undefined;
  scheduleExpression: string | undefined;
  enabled: boolean;
  description: string | undefined;
  roleArn: string | undefined;
  /** When the schedule began, or last fell due. */
  scheduledFromMs: number | undefined;
  /** By id. */
  readonly targets: Map<string, Target>;
  readonly tags: Map<string, string>;
}

export interface PolicyStatement extends JsonObject {
  readonly Sid?: string;
}

export interface EventBus {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  modifiedMs: number;
  description: string | undefined;
  deadLetterArn: string | undefined;
  policy: PolicyStatement[];
  /** By name. */
  readonly rules: Map<string, Rule>;
  readonly tags: Map<string, string>;
}

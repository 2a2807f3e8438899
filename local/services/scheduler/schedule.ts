import type { JsonObject } from '../../cloud/service.ts';

export const DEFAULT_GROUP = 'default';

/** A schedule; members that only answers repeat are kept as the request gave them. */
export interface Schedule {
  readonly name: string;
  readonly group: string;
  readonly arn: string;
  readonly createdMs: number;
  modifiedMs: number;
  clientToken: string | undefined;
  settings: ScheduleSettings;
  /** Missing when no run is ahead. */
  nextRun: NextRun | undefined;
}

/** A run that is ahead. */
export interface NextRun {
  readonly dueMs: number;
  /** Where in its flexible window it is invoked; chosen once. */
  readonly invokeMs: number;
}

export interface ScheduleSettings {
  readonly expression: string;
  readonly zone: string | undefined;
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
  readonly enabled: boolean;
  readonly description: string | undefined;
  readonly kmsKeyArn: string | undefined;
  readonly deleteAfterCompletion: boolean | undefined;
  readonly flexibleTimeWindow: JsonObject;
  readonly target: JsonObject;
}

export interface ScheduleGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly tags: Map<string, string>;
}

/** Schedules are unique in their group. */
export function scheduleKey(group: string, name: string): string {
  return `${group}/${name}`;
}

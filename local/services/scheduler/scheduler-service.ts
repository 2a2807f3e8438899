import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject, Operation, Permission, Service } from '../../cloud/service.ts';
import { textMember } from '../events/request-members.ts';
import {
  createScheduleGroup,
  deleteScheduleGroup,
  getScheduleGroup,
  listScheduleGroups,
  listTagsForResource,
  tagResource,
  untagResource,
} from './operations/schedule-groups.ts';
import { createSchedule, deleteSchedule, getSchedule, listSchedules, updateSchedule } from './operations/schedules.ts';
import { DEFAULT_GROUP } from './schedule.ts';
import { SchedulerEngine } from './scheduler-engine.ts';
import { schedulerWire } from './scheduler-wire.ts';

type EngineOperation = (engine: SchedulerEngine, input: JsonObject) => unknown;

const OPERATIONS: Readonly<Record<string, EngineOperation>> = {
  CreateSchedule: createSchedule,
  CreateScheduleGroup: createScheduleGroup,
  DeleteSchedule: deleteSchedule,
  DeleteScheduleGroup: deleteScheduleGroup,
  GetSchedule: getSchedule,
  GetScheduleGroup: getScheduleGroup,
  ListScheduleGroups: listScheduleGroups,
  ListSchedules: listSchedules,
  ListTagsForResource: listTagsForResource,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateSchedule: updateSchedule,
};

/** Amazon EventBridge Scheduler: schedules and their groups. */
export function schedulerService(cloud: Cloud): Service {
  const engine = new SchedulerEngine(cloud);
  const operations: Record<string, Operation> = {};
  for (const [name, operation] of Object.entries(OPERATIONS)) operations[name] = input => operation(engine, input);
  return {
    name: 'scheduler',
    wire: schedulerWire(cloud),
    operations,
    permissions: (operation, input) => [permission(cloud, operation, input)],
  };
}

function permission(cloud: Cloud, operation: string, input: JsonObject): Permission {
  return { action: `scheduler:${operation}`, resources: [resource(cloud, operation, input)] };
}

function resource(cloud: Cloud, operation: string, input: JsonObject): string {
  const arn = textMember(input, 'ResourceArn');
  if (arn !== undefined) return arn;
  if (operation.startsWith('List')) return '*';
  const name = textMember(input, 'Name');
  if (operation.endsWith('ScheduleGroup')) return cloud.arn('scheduler', `schedule-group/${name}`);
  return cloud.arn('scheduler', `schedule/${textMember(input, 'GroupName') ?? DEFAULT_GROUP}/${name}`);
}

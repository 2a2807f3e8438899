import type { JsonObject } from '../../../cloud/service.ts';
import { checkMembers } from '../../events/constraints.ts';
import { isObject, listMember, page, present, textMember } from '../../events/request-members.ts';
import { DEFAULT_GROUP, type ScheduleGroup } from '../schedule.ts';
import type { SchedulerEngine } from '../scheduler-engine.ts';
import { conflict, validationError } from '../scheduler-error.ts';

export function createScheduleGroup(engine: SchedulerEngine, input: JsonObject): JsonObject {
  checkMembers(input, { Name: { required: true, minLength: 1, maxLength: 64, pattern: '[0-9a-zA-Z-_.]+' } });
  const name = textMember(input, 'Name') ?? '';
  if (engine.groups.has(name)) throw conflict(`Schedule group ${name}`);
  const group = engine.addGroup(name);
  setTags(group, input);
  return { ScheduleGroupArn: group.arn };
}

/** Its schedules go with it. */
export function deleteScheduleGroup(engine: SchedulerEngine, input: JsonObject): void {
  const { name } = engine.group(textMember(input, 'Name') ?? '');
  if (name === DEFAULT_GROUP) throw validationError('Cannot delete the default schedule group.');
  for (const schedule of [...engine.schedules.values()]) if (schedule.group === name) engine.remove(schedule);
  engine.groups.delete(name);
  engine.changed.group(name);
}

export function getScheduleGroup(engine: SchedulerEngine, input: JsonObject): JsonObject {
  return summary(engine.group(textMember(input, 'Name') ?? ''));
}

export function listScheduleGroups(engine: SchedulerEngine, input: JsonObject): JsonObject {
  const prefix = textMember(input, 'NamePrefix') ?? '';
  const groups = [...engine.groups.values()].filter(group => group.name.startsWith(prefix));
  const { items, nextToken } = page({ ...input, Limit: input.MaxResults ?? 100 }, groups);
  return present({ ScheduleGroups: items.map(summary), NextToken: nextToken });
}

/** Only groups have tags. */
export function tagResource(engine: SchedulerEngine, input: JsonObject): void {
  const group = groupByArn(engine, input);
  setTags(group, input);
  engine.changed.group(group.name);
}

export function untagResource(engine: SchedulerEngine, input: JsonObject): void {
  const { name, tags } = groupByArn(engine, input);
  for (const key of listMember(input, 'TagKeys')) tags.delete(String(key));
  engine.changed.group(name);
}

export function listTagsForResource(engine: SchedulerEngine, input: JsonObject): JsonObject {
  return { Tags: [...groupByArn(engine, input).tags].map(([Key, Value]) => ({ Key, Value })) };
}

function groupByArn(engine: SchedulerEngine, input: JsonObject): ScheduleGroup {
  const [, name] = /:schedule-group\/(.+)$/.exec(textMember(input, 'ResourceArn') ?? '') ?? [];
  if (name === undefined) throw validationError('Parameter ResourceArn is not valid: must be a schedule group.');
  return engine.group(name);
}

function setTags(group: ScheduleGroup, input: JsonObject): void {
  for (const tag of listMember(input, 'Tags').filter(isObject))
    group.tags.set(String(tag.Key), String(tag.Value ?? ''));
}

function summary(group: ScheduleGroup): JsonObject {
  return {
    Arn: group.arn,
    Name: group.name,
    State: 'ACTIVE',
    CreationDate: group.createdMs / 1000,
    LastModificationDate: group.modifiedMs / 1000,
  };
}

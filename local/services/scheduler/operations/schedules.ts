import type { JsonObject } from '../../../cloud/service.ts';
import { checkMembers } from '../../events/constraints.ts';
import { numberMember, objectMember, page, present, textMember } from '../../events/request-members.ts';
import { isSupportedTarget } from '../invocation/target-operation.ts';
import { DEFAULT_GROUP, type Schedule, type ScheduleSettings, scheduleKey } from '../schedule.ts';
import { parseTimes } from '../schedule-times.ts';
import type { SchedulerEngine } from '../scheduler-engine.ts';
import { conflict, validationError } from '../scheduler-error.ts';

const NAME = { required: true, minLength: 1, maxLength: 64, pattern: '[0-9a-zA-Z-_.]+' };

export function createSchedule(engine: SchedulerEngine, input: JsonObject): JsonObject {
  const settings = parseSettings(input);
  const name = textMember(input, 'Name') ?? '';
  const group = engine.group(textMember(input, 'GroupName') ?? DEFAULT_GROUP).name;
  const clientToken = textMember(input, 'ClientToken');
  const existing = engine.schedules.get(scheduleKey(group, name));
  if (existing && clientToken !== undefined && existing.clientToken === clientToken)
    return { ScheduleArn: existing.arn };
  if (existing) throw conflict(`Schedule ${name}`);
  const now = engine.cloud.clock.now();
  const arn = engine.cloud.arn('scheduler', `schedule/${group}/${name}`);
  const schedule: Schedule = {
    name,
    group,
    arn,
    createdMs: now,
    modifiedMs: now,
    clientToken,
    settings,
    nextRun: undefined,
  };
  engine.schedules.set(scheduleKey(group, name), schedule);
  engine.start(schedule);
  return { ScheduleArn: arn };
}

/** Puts new settings in the place of all the old ones. */
export function updateSchedule(engine: SchedulerEngine, input: JsonObject): JsonObject {
  const settings = parseSettings(input);
  const schedule = findSchedule(engine, input);
  schedule.settings = settings;
  schedule.modifiedMs = engine.cloud.clock.now();
  engine.start(schedule);
  return { ScheduleArn: schedule.arn };
}

export function deleteSchedule(engine: SchedulerEngine, input: JsonObject): void {
  engine.remove(findSchedule(engine, input));
}

export function getSchedule(engine: SchedulerEngine, input: JsonObject): JsonObject {
  const schedule = findSchedule(engine, input);
  const { settings } = schedule;
  return present({
    ...summary(schedule),
    Target: settings.target,
    ScheduleExpression: settings.expression,
    ScheduleExpressionTimezone: settings.zone ?? 'UTC',
    StartDate: settings.startMs === undefined ? undefined : settings.startMs / 1000,
    EndDate: settings.endMs === undefined ? undefined : settings.endMs / 1000,
    Description: settings.description,
    KmsKeyArn: settings.kmsKeyArn,
    FlexibleTimeWindow: settings.flexibleTimeWindow,
    ActionAfterCompletion: settings.deleteAfterCompletion ? 'DELETE' : 'NONE',
  });
}

export function listSchedules(engine: SchedulerEngine, input: JsonObject): JsonObject {
  const group = textMember(input, 'GroupName');
  const prefix = textMember(input, 'NamePrefix') ?? '';
  const state = textMember(input, 'State');
  if (group !== undefined) engine.group(group);
  const schedules = [...engine.schedules.values()].filter(
    schedule =>
      (group === undefined || schedule.group === group) &&
      schedule.name.startsWith(prefix) &&
      (state === undefined || stateOf(schedule) === state),
  );
  const { items, nextToken } = page({ ...input, Limit: input.MaxResults ?? 100 }, schedules);
  const Schedules = items.map(schedule => ({
    ...summary(schedule),
    Target: { Arn: textMember(schedule.settings.target, 'Arn') },
  }));
  return present({ Schedules, NextToken: nextToken });
}

function findSchedule(engine: SchedulerEngine, input: JsonObject): Schedule {
  return engine.schedule(textMember(input, 'GroupName') ?? DEFAULT_GROUP, textMember(input, 'Name') ?? '');
}

function parseSettings(input: JsonObject): ScheduleSettings {
  checkMembers(input, {
    Name: NAME,
    GroupName: { ...NAME, required: false },
    ScheduleExpression: { required: true, minLength: 1, maxLength: 256 },
    ScheduleExpressionTimezone: { minLength: 1, maxLength: 50 },
    FlexibleTimeWindow: { required: true },
    Target: { required: true },
    State: { values: ['ENABLED', 'DISABLED'] },
    ActionAfterCompletion: { values: ['NONE', 'DELETE'] },
  });
  const expression = textMember(input, 'ScheduleExpression') ?? '';
  const zone = textMember(input, 'ScheduleExpressionTimezone');
  if (!parseTimes(expression)) throw validationError(`Invalid Schedule Expression ${expression}.`);
  if (!parseTimes(expression, zone)) throw validationError(`Invalid Schedule Expression Timezone ${zone}.`);
  return {
    expression,
    zone,
    ...parseDates(input),
    enabled: textMember(input, 'State') !== 'DISABLED',
    description: textMember(input, 'Description'),
    kmsKeyArn: textMember(input, 'KmsKeyArn'),
    deleteAfterCompletion: textMember(input, 'ActionAfterCompletion') === 'DELETE',
    flexibleTimeWindow: parseWindow(objectMember(input, 'FlexibleTimeWindow') ?? {}),
    target: parseTarget(objectMember(input, 'Target') ?? {}),
  };
}

function parseDates(input: JsonObject): Pick<ScheduleSettings, 'startMs' | 'endMs'> {
  const start = numberMember(input, 'StartDate');
  const end = numberMember(input, 'EndDate');
  if (start !== undefined && end !== undefined && end <= start)
    throw validationError('The StartDate you specify must be earlier than the EndDate.');
  return {
    startMs: start === undefined ? undefined : start * 1000,
    endMs: end === undefined ? undefined : end * 1000,
  };
}

function parseWindow(window: JsonObject): JsonObject {
  const mode = textMember(window, 'Mode');
  const minutes = numberMember(window, 'MaximumWindowInMinutes');
  checkMembers(window, { Mode: { required: true, values: ['OFF', 'FLEXIBLE'] } });
  if (mode === 'OFF' && minutes !== undefined)
    throw validationError('MaximumWindowInMinutes must not be set when the mode is OFF.');
  if (mode === 'FLEXIBLE' && !(minutes !== undefined && minutes >= 1 && minutes <= 1440))
    throw validationError('MaximumWindowInMinutes must be between 1 and 1440 when the mode is FLEXIBLE.');
  return window;
}

function parseTarget(target: JsonObject): JsonObject {
  checkMembers(target, { Arn: { required: true, minLength: 1, maxLength: 1600 }, RoleArn: { required: true } });
  const arn = textMember(target, 'Arn') ?? '';
  if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+/.test(arn))
    throw validationError(`Provided Arn is not in correct format: ${arn}`);
  if (!isSupportedTarget(arn)) throw validationError(`Provided Arn is not supported by the embedded cloud: ${arn}`);
  return target;
}

function stateOf({ settings }: Schedule): string {
  return settings.enabled ? 'ENABLED' : 'DISABLED';
}

function summary(schedule: Schedule): JsonObject {
  return {
    Arn: schedule.arn,
    Name: schedule.name,
    GroupName: schedule.group,
    State: stateOf(schedule),
    CreationDate: schedule.createdMs / 1000,
    LastModificationDate: schedule.modifiedMs / 1000,
  };
}

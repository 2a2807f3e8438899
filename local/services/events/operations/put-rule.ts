import type { JsonObject } from '../../../cloud/service.ts';
import { checkMembers, NAME_PATTERN } from '../constraints.ts';
import { DEFAULT_BUS, type EventBus, type Rule } from '../event-bus.ts';
import { patternMember } from '../event-pattern-member.ts';
import type { EventsEngine } from '../events-engine.ts';
import { validationError } from '../events-error.ts';
import { textMember } from '../request-members.ts';
import { parseSchedule } from '../schedule.ts';
import { setTags } from './tags.ts';

/** Creates a rule, or puts new settings in the place of all its old ones; its targets and tags stay. */
export function putRule(engine: EventsEngine, input: JsonObject): JsonObject {
  checkMembers(input, {
    Name: { required: true, minLength: 1, maxLength: 64, pattern: NAME_PATTERN },
    ScheduleExpression: { maxLength: 256 },
    EventPattern: { maxLength: 4096 },
    State: { values: ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'] },
    Description: { maxLength: 512 },
    RoleArn: { minLength: 1, maxLength: 1600 },
  });
  const bus = engine.bus(textMember(input, 'EventBusName'));
  const scheduleExpression = textMember(input, 'ScheduleExpression') || undefined;
  const pattern = patternMember(input);
  if (scheduleExpression === undefined && !pattern)
    throw validationError('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  if (scheduleExpression !== undefined) checkSchedule(bus, scheduleExpression);
  const rule = bus.rules.get(textMember(input, 'Name') ?? '') ?? newRule(engine, bus, input);
  rule.pattern = pattern;
  rule.scheduleExpression = scheduleExpression;
  rule.enabled = textMember(input, 'State') !== 'DISABLED';
  rule.description = textMember(input, 'Description');
  rule.roleArn = textMember(input, 'RoleArn');
  applyRule(engine, bus, rule);
  return { RuleArn: rule.arn };
}

/** Makes what a rule now says take effect. */
export function applyRule(engine: EventsEngine, bus: EventBus, rule: Rule): void {
  engine.router.listen(bus.arn, rule);
  engine.schedules.update(rule);
  engine.changed.rule(rule);
}

function checkSchedule(bus: EventBus, expression: string): void {
  if (bus.name !== DEFAULT_BUS) throw validationError('ScheduleExpression is supported only on the default event bus.');
  if (!parseSchedule(expression)) throw validationError('Parameter ScheduleExpression is not valid.');
}

function newRule(engine: EventsEngine, bus: EventBus, input: JsonObject): Rule {
  const name = textMember(input, 'Name') ?? '';
  const path = bus.name === DEFAULT_BUS ? name : `${bus.name}/${name}`;
  const rule: Rule = {
    name,
    arn: engine.cloud.arn('events', `rule/${path}`),
    busName: bus.name,
    pattern: undefined,
    scheduleExpression: undefined,
    enabled: true,
    description: undefined,
    roleArn: undefined,
    scheduledFromMs: undefined,
    targets: new Map(),
    tags: new Map(),
  };
  setTags(rule.tags, input);
  bus.rules.set(name, rule);
  return rule;
}

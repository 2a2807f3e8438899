import type { JsonObject } from '../../../cloud/service.ts';
import type { Rule } from '../event-bus.ts';
import type { EventsEngine } from '../events-engine.ts';
import { validationError } from '../events-error.ts';
import { page, present, textMember } from '../request-members.ts';
import { applyRule } from './put-rule.ts';

export function describeRule(engine: EventsEngine, input: JsonObject): JsonObject {
  const bus = engine.bus(textMember(input, 'EventBusName'));
  const rule = engine.rule(bus, textMember(input, 'Name') ?? '');
  return { ...summary(rule), CreatedBy: engine.cloud.accountId };
}

export function listRules(engine: EventsEngine, input: JsonObject): JsonObject {
  const { rules } = engine.bus(textMember(input, 'EventBusName'));
  const prefix = textMember(input, 'NamePrefix') ?? '';
  const { items, nextToken } = page(
    input,
    [...rules.values()].filter(rule => rule.name.startsWith(prefix)),
  );
  return present({ Rules: items.map(summary), NextToken: nextToken });
}

/** Harmless when there is no such rule. */
export function deleteRule(engine: EventsEngine, input: JsonObject): void {
  const bus = engine.bus(textMember(input, 'EventBusName'));
  const rule = bus.rules.get(textMember(input, 'Name') ?? '');
  if (!rule) return;
  if (rule.targets.size > 0) throw validationError("Rule can't be deleted since it has targets.");
  engine.router.forget(bus.arn, rule.arn);
  engine.schedules.stop(rule);
  bus.rules.delete(rule.name);
  engine.changed.rule(rule);
}

export function enableRule(engine: EventsEngine, input: JsonObject): void {
  setEnabled(engine, input, true);
}

export function disableRule(engine: EventsEngine, input: JsonObject): void {
  setEnabled(engine, input, false);
}

export function listRuleNamesByTarget(engine: EventsEngine, input: JsonObject): JsonObject {
  const { rules } = engine.bus(textMember(input, 'EventBusName'));
  const arn = textMember(input, 'TargetArn');
  const names = [...rules.values()]
    .filter(rule => [...rule.targets.values()].some(target => target.Arn === arn))
    .map(rule => rule.name);
  const { items, nextToken } = page(input, names);
  return present({ RuleNames: items, NextToken: nextToken });
}

function setEnabled(engine: EventsEngine, input: JsonObject, enabled: boolean): void {
  const bus = engine.bus(textMember(input, 'EventBusName'));
  const rule = engine.rule(bus, textMember(input, 'Name') ?? '');
  if (rule.enabled === enabled) return;
  rule.enabled = enabled;
  applyRule(engine, bus, rule);
}

function summary(rule: Rule): JsonObject {
  return present({
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.pattern?.text,
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    Description: rule.description,
    ScheduleExpression: rule.scheduleExpression,
    RoleArn: rule.roleArn,
    EventBusName: rule.busName,
  });
}

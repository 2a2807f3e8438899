import type { JsonObject } from '../../../cloud/service.ts';
import type { EventsEngine } from '../events-engine.ts';
import { listMember, page, present, textMember } from '../request-members.ts';

/** Ids that the rule does not have are passed over. */
export function removeTargets(engine: EventsEngine, input: JsonObject): JsonObject {
  const rule = engine.rule(engine.bus(textMember(input, 'EventBusName')), textMember(input, 'Rule') ?? '');
  for (const id of listMember(input, 'Ids')) rule.targets.delete(String(id));
  engine.changed.rule(rule);
  return { FailedEntryCount: 0, FailedEntries: [] };
}

export function listTargetsByRule(engine: EventsEngine, input: JsonObject): JsonObject {
  const rule = engine.rule(engine.bus(textMember(input, 'EventBusName')), textMember(input, 'Rule') ?? '');
  const { items, nextToken } = page(input, [...rule.targets.values()]);
  return present({ Targets: items, NextToken: nextToken });
}

import type { Cloud } from '../../cloud/cloud.ts';
import type { Rule } from './event-bus.ts';

/** Counts something that happened to a rule, per rule and per rule of a bus. */
export function countForRule(cloud: Cloud, rule: Pick<Rule, 'name' | 'busName'>, name: string): void {
  const datum = { namespace: 'AWS/Events', name, value: 1, unit: 'Count' };
  cloud.metrics({ ...datum, dimensions: { RuleName: rule.name } });
  cloud.metrics({ ...datum, dimensions: { EventBusName: rule.busName, RuleName: rule.name } });
}

/** Counts something that happened on a bus. */
export function countForBus(cloud: Cloud, busName: string, name: string): void {
  const datum = { namespace: 'AWS/Events', name, value: 1, unit: 'Count' };
  cloud.metrics({ ...datum, dimensions: { EventBusName: busName } });
}

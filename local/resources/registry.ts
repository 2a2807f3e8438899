import { eventsArchive } from './events-archive.ts';
import { eventsEventBus } from './events-event-bus.ts';
import { eventsEventBusPolicy } from './events-event-bus-policy.ts';
import { eventsRule } from './events-rule.ts';
import type { ResourceType } from './resource-type.ts';

/** Every CloudFormation resource type that the embedded cloud can make. One line per type, in alphabetical order. */
const RESOURCE_TYPES: readonly ResourceType<unknown>[] = [
  eventsArchive,
  eventsEventBus,
  eventsEventBusPolicy,
  eventsRule,
];

const BY_NAME = new Map(RESOURCE_TYPES.map(definition => [definition.type, definition]));

/** @returns undefined when the embedded cloud has no such type */
export function findResourceType(type: string): ResourceType<unknown> | undefined {
  return BY_NAME.get(type);
}

export function allResourceTypes(): readonly ResourceType<unknown>[] {
  return RESOURCE_TYPES;
}

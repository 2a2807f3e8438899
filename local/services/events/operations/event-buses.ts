import type { JsonObject } from '../../../cloud/service.ts';
import { checkMembers } from '../constraints.ts';
import { DEFAULT_BUS, type EventBus } from '../event-bus.ts';
import type { EventsEngine } from '../events-engine.ts';
import { busName } from '../events-engine.ts';
import { alreadyExists, validationError } from '../events-error.ts';
import { objectMember, page, present, textMember } from '../request-members.ts';
import { setTags } from './tags.ts';

export function createEventBus(engine: EventsEngine, input: JsonObject): JsonObject {
  checkMembers(input, { Name: { required: true, minLength: 1, maxLength: 256, pattern: '[/\\.\\-_A-Za-z0-9]+' } });
  const name = textMember(input, 'Name') ?? '';
  if (engine.buses.has(name)) throw alreadyExists(`Event bus ${name}`);
  if (name.includes('/')) throw validationError(`Event bus name '${name}' must not contain '/'.`);
  const bus = engine.addBus(name);
  bus.description = textMember(input, 'Description');
  bus.deadLetterArn = textMember(objectMember(input, 'DeadLetterConfig') ?? {}, 'Arn');
  setTags(bus.tags, input);
  engine.changed.bus(bus);
  return present({ EventBusArn: bus.arn, Description: bus.description, DeadLetterConfig: deadLetterConfig(bus) });
}

export function updateEventBus(engine: EventsEngine, input: JsonObject): JsonObject {
  const bus = engine.bus(textMember(input, 'Name'));
  bus.description = textMember(input, 'Description');
  bus.deadLetterArn = textMember(objectMember(input, 'DeadLetterConfig') ?? {}, 'Arn');
  bus.modifiedMs = engine.cloud.clock.now();
  engine.changed.bus(bus);
  const { arn, name, description } = bus;
  return present({ Arn: arn, Name: name, Description: description, DeadLetterConfig: deadLetterConfig(bus) });
}

export function deleteEventBus(engine: EventsEngine, input: JsonObject): void {
  checkMembers(input, { Name: { required: true, minLength: 1, maxLength: 256 } });
  const name = busName(textMember(input, 'Name'));
  if (name === DEFAULT_BUS) throw validationError('Cannot delete event bus default.');
  const bus = engine.buses.get(name);
  if (bus && bus.rules.size > 0) throw validationError("Event bus can't be deleted since it has rules.");
  engine.buses.delete(name);
  if (bus) engine.changed.bus(bus);
}

export function describeEventBus(engine: EventsEngine, input: JsonObject): JsonObject {
  const bus = engine.bus(textMember(input, 'Name'));
  return present({ ...summary(bus), DeadLetterConfig: deadLetterConfig(bus) });
}

export function listEventBuses(engine: EventsEngine, input: JsonObject): JsonObject {
  const prefix = textMember(input, 'NamePrefix') ?? '';
  const { items, nextToken } = page(
    input,
    [...engine.buses.values()].filter(bus => bus.name.startsWith(prefix)),
  );
  return present({ EventBuses: items.map(summary), NextToken: nextToken });
}

/** A bus's resource policy as a document; `undefined` when it has none. */
export function policyDocument(bus: EventBus): JsonObject | undefined {
  return bus.policy.length === 0 ? undefined : { Version: '2012-10-17', Statement: bus.policy };
}

function summary(bus: EventBus): JsonObject {
  const policy = policyDocument(bus);
  return present({
    Name: bus.name,
    Arn: bus.arn,
    Description: bus.description,
    Policy: policy && JSON.stringify(policy),
    CreationTime: bus.createdMs / 1000,
    LastModifiedTime: bus.modifiedMs / 1000,
  });
}

function deadLetterConfig({ deadLetterArn }: EventBus): JsonObject | undefined {
  return deadLetterArn === undefined ? undefined : { Arn: deadLetterArn };
}

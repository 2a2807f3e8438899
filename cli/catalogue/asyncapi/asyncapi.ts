/**
 * The catalogue as AsyncAPI 3.0: the API, the stream, the bus and the queues as channels, who sends to and receives from
 * them as operations, every event type as a message with its schema and its samples.
 *
 * Schemas are passed on as they stand. They are JSON Schema 2020-12, and AsyncAPI's own schemas are draft 7 with
 * additions: what they have in common is all that the contracts of events use.
 */
import { isSchemaObject, type SchemaObject } from '../../../core/index.ts';
import type { Catalogue, CatalogueEvent } from '../catalogue.ts';
import type { Site } from '../page/frame.ts';
import type { Part } from '../wiring/part.ts';
import { recordsOf, textOf, valueAt } from '../wiring/template-values.ts';
import { busEventSchema, cloudEventSchema } from './cloudevent-schema.ts';
import { asyncApiServers } from './servers.ts';

/** One way to or from a channel, and the types that go there. */
interface Traffic {
  readonly action: 'send' | 'receive';
  readonly part: Part;
  readonly channel: Part;
  readonly messages: Set<string>;
}

/** An AsyncAPI 3.0 document of the catalogue. */
export function asyncApi({ events }: Catalogue, site: Site): SchemaObject {
  const traffic = [...allTraffic(events).values()];
  const channels = new Map(traffic.map(({ channel }) => [channel.id, channel]));
  const carried = (channel: Part) =>
    new Set(traffic.flatMap(one => (one.channel.id === channel.id ? [...one.messages] : [])));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Millrace',
      version: '1.0.0',
      description: 'The events of the platform: what comes in, what it makes of it, and who receives that.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: asyncApiServers(site),
    channels: Object.fromEntries(
      [...channels.values()].map(channel => [channelKey(channel), channelObject(channel, carried(channel))]),
    ),
    operations: Object.fromEntries(traffic.map(one => [operationKey(one), operationObject(one)])),
    components: {
      messages: Object.assign({}, ...events.map(messages), ...transformedMessages(events)),
      schemas: Object.assign({}, ...events.map(schemas)),
    },
  };
}

function allTraffic(events: readonly CatalogueEvent[]): ReadonlyMap<string, Traffic> {
  const all = new Map<string, Traffic>();
  const note = (one: Omit<Traffic, 'messages'>, message: string) => {
    const key = operationKey(one);
    const known = all.get(key) ?? { ...one, messages: new Set<string>() };
    known.messages.add(message);
    all.set(key, known);
  };
  for (const { type, way } of events) {
    for (const { part, triggers } of way.producers) {
      for (const channel of way.streams) {
        for (const route of triggers.filter(posts)) note({ action: 'receive', part, channel: route }, type);
        note({ action: 'send', part, channel }, type);
      }
      for (const channel of way.buses) note({ action: 'send', part, channel }, onBus(type));
    }
    for (const { part, rule, source } of way.consumers) {
      const message = rule ? (transformed(rule) ?? onBus(type)) : type;
      const [bus] = way.buses;
      if (rule && bus && source.kind === 'queue') note({ action: 'send', part: rule, channel: source }, message);
      if (part && source.kind !== 'rule') note({ action: 'receive', part, channel: source }, message);
    }
  }
  return all;
}

/** Takes events as they are; a route whose path names a call takes what that call has, in a shape of its own. */
function posts({ kind, name }: Part): boolean {
  return kind === 'route' && name.startsWith('POST ') && !name.includes('{');
}

function channelKey({ kind, name }: Part): string {
  return keyOf(`${kind}-${name}`);
}

function operationKey({ action, part, channel }: Omit<Traffic, 'messages'>): string {
  return keyOf(`${part.name}-${action}s-${channel.kind}-${channel.name}`);
}

/** Keys of AsyncAPI are letters, digits, dots, hyphens and underscores. */
function keyOf(name: string): string {
  return name.replace(/[^\w.-]+/g, '-').replace(/^-|-$/g, '');
}

function channelObject(channel: Part, carried: ReadonlySet<string>): SchemaObject {
  const { kind, name, physicalName, description, properties } = channel;
  const server = { route: 'api', stream: 'kinesis', bus: 'eventbridge' }[kind as string] ?? 'sqs';
  const address = kind === 'route' ? name.replace(/^POST /, '') : physicalName;
  const deadLetters = textOf(valueAt(properties, 'RedrivePolicy', 'deadLetterTargetArn'));
  const fifoQueue = properties.FifoQueue === true;
  const queue = { name: physicalName, fifoQueue, messageRetentionPeriod: properties.MessageRetentionPeriod };
  const deadLetterQueue = deadLetters === undefined ? undefined : { name: lastPart(deadLetters), fifoQueue };
  const bindings = deadLetterQueue ? { queue, deadLetterQueue } : { queue };
  return {
    address,
    title: `${kind} ${name}`,
    ...(description !== undefined && { description }),
    servers: [{ $ref: `#/servers/${server}` }],
    messages: Object.fromEntries([...carried].map(key => [key, { $ref: `#/components/messages/${key}` }])),
    ...(kind === 'queue' && { bindings: { sqs: { ...bindings, bindingVersion: '0.2.0' } } }),
  };
}

function operationObject({ action, part, channel, messages: carried }: Traffic): SchemaObject {
  return {
    action,
    title: `${part.name} ${action}s`,
    ...(part.description !== undefined && { summary: part.description }),
    channel: { $ref: `#/channels/${channelKey(channel)}` },
    messages: [...carried].map(key => ({ $ref: `#/channels/${channelKey(channel)}/messages/${key}` })),
  };
}

/** The event itself and, for facts, the event as the bus hands it on. */
function messages(event: CatalogueEvent): SchemaObject {
  const { type, title, description, domain, version, owner, samples, isIngested } = event;
  const common = {
    title,
    summary: description,
    tags: [{ name: domain }, { name: owner }],
    'x-version': version,
    'x-owner': owner,
  };
  const examples = samples.map(({ event: payload }, index) => ({ name: `sample-${index + 1}`, payload }));
  const own = {
    [type]: {
      ...common,
      name: type,
      contentType: 'application/cloudevents+json',
      correlationId: { location: '$message.payload#/correlationid' },
      payload: { $ref: `#/components/schemas/${type}` },
      examples,
    },
  };
  if (isIngested) return own;
  const payload = { $ref: `#/components/schemas/${onBus(type)}` };
  return { ...own, [onBus(type)]: { ...common, name: type, contentType: 'application/json', payload } };
}

function schemas({ type, schema, isIngested }: CatalogueEvent): SchemaObject {
  const { $schema: _dialect, $id: _id, ...data } = schema;
  const reference = (key: string) => `#/components/schemas/${key}`;
  return {
    [`${type}.data`]: data,
    [type]: cloudEventSchema(type, reference(`${type}.data`)),
    ...(!isIngested && { [onBus(type)]: busEventSchema(type, reference(type)) }),
  };
}

function onBus(type: string): string {
  return `${type}.on-bus`;
}

/** The message of a rule that says the event in words of its own. */
function transformed(rule: Part): string | undefined {
  const [target] = recordsOf(rule.properties.Targets);
  return target?.InputTransformer === undefined ? undefined : `rule.${keyOf(rule.name)}`;
}

function transformedMessages(events: readonly CatalogueEvent[]): readonly SchemaObject[] {
  const rules = new Map(
    events.flatMap(({ way }) => way.consumers.flatMap(({ rule }) => (rule ? [[rule.id, rule]] : []))),
  );
  return [...rules.values()].flatMap(rule => {
    const key = transformed(rule);
    const [target] = recordsOf(rule.properties.Targets);
    if (key === undefined) return [];
    const members = templateMembers(textOf(valueAt(target, 'InputTransformer', 'InputTemplate')) ?? '');
    const payload = {
      type: 'object',
      required: members,
      properties: Object.fromEntries(members.map(name => [name, {}])),
    };
    return [{ [key]: { name: rule.name, title: rule.name, summary: rule.description ?? rule.name, payload } }];
  });
}

/** The members of an object that an input template makes. */
function templateMembers(template: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(template.replace(/"?<[\w.-]+>"?/g, 'null'));
    return isSchemaObject(value) ? Object.keys(value) : [];
  } catch {
    return []; // a template of plain text
  }
}

function lastPart(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}

/**
 * The catalogue of events: what every type means, who makes and who consumes it, how long it is kept and what it looks
 * like. It is put together from the schemas, the synthesized template and the code of the handlers, and from nothing that
 * somebody would have to keep for it.
 */
import {
  type CloudEvent,
  deliveredTypes,
  type EventFlow,
  parseEventType,
  readersOf,
  ruleBook,
  type SchemaObject,
  eventVersions as versionsOf,
} from '../../core/index.ts';
import { eventFlow } from '../../domains/event-flow.ts';
import { ingestContracts } from '../../domains/ingest-contracts.ts';
import { type SchemaFile, workingSchemas } from '../schemas/schema-files.ts';
import { sourceTexts } from '../schemas/type-users.ts';
import { type TypeUses, typeUses } from './code/type-uses.ts';
import { type EventField, eventFields } from './event/event-fields.ts';
import { type EventVersion, eventVersions, rememberedVersions } from './event/event-versions.ts';
import { eventRetention, type Retention } from './event/retention.ts';
import { sampleEvents } from './event/sample-events.ts';
import { type EventWay, followEvent } from './flow/event-way.ts';
import type { FlowContext } from './flow/flow-context.ts';
import { judgeByRule, type RuleVerdict } from './flow/rule-match.ts';
import { type DeployedResource, deployedResources } from './wiring/deployed-resources.ts';
import type { Part, Wiring } from './wiring/part.ts';
import { recordsOf } from './wiring/template-values.ts';
import { findWiring } from './wiring/wiring.ts';

/** A sample of an event type. */
export interface Sample {
  readonly event: CloudEvent;
  /** What the rules on the way of its type say of it, by their ids. */
  readonly verdicts: ReadonlyMap<string, RuleVerdict>;
}

/** Everything that is known about an event type. */
export interface CatalogueEvent {
  readonly type: string;
  /** `CartAbandoned` */
  readonly title: string;
  readonly description: string;
  readonly domain: string;
  readonly owner: string;
  readonly version: string;
  /** Whether it comes in from outside; what does not is made by the platform. */
  readonly isIngested: boolean;
  readonly schema: SchemaObject;
  readonly versions: readonly EventVersion[];
  /** The types that differ from it in their major version alone. */
  readonly otherMajors: readonly string[];
  readonly fields: readonly EventField[];
  readonly samples: readonly Sample[];
  readonly way: EventWay;
  readonly retention: readonly Retention[];
  /** The fields that consumers say they read, by function name; who says nothing is not here. */
  readonly reads: ReadonlyMap<string, readonly string[]>;
}

/** Every event type of an app, and what connects them. */
export interface Catalogue {
  /** By domain, then by type. */
  readonly events: readonly CatalogueEvent[];
  readonly wiring: Wiring;
}

/** What a catalogue is made of. */
export interface CatalogueSources {
  readonly schemas: readonly SchemaFile[];
  /** Earlier versions by file, the oldest first. */
  readonly earlier: ReadonlyMap<string, readonly SchemaObject[]>;
  readonly resources: readonly DeployedResource[];
  /** What handlers do with types, by handler name. */
  readonly uses: ReadonlyMap<string, TypeUses>;
  /** The types that come in from outside. */
  readonly ingested: ReadonlySet<string>;
  /** What producers and readers say of themselves. */
  readonly declared: EventFlow;
}

/** The catalogue of this checkout. @param assembly the folder of the synthesized app */
export async function readCatalogue(assembly: string): Promise<Catalogue> {
  const schemas = await workingSchemas();
  const [earlier, sources] = await Promise.all([rememberedVersions(schemas), sourceTexts()]);
  const types = schemas.map(({ schema }) => String(schema['x-type']));
  return buildCatalogue({
    schemas,
    earlier,
    resources: deployedResources(assembly),
    uses: typeUses(sources, types),
    ingested: new Set(ingestContracts.map(({ type }) => type)),
    declared: eventFlow,
  });
}

/** Puts the catalogue together. */
export function buildCatalogue(sources: CatalogueSources): Catalogue {
  const context = flowContext(sources);
  const events = sources.schemas.map(file => catalogueEvent(file, sources, context));
  return { events: events.sort((a, b) => a.type.localeCompare(b.type)), wiring: context.wiring };
}

function flowContext({ schemas, resources, uses, ingested, declared }: CatalogueSources): FlowContext {
  const wiring = findWiring(resources);
  const eventTypes = schemas.map(({ schema }) => String(schema['x-type']));
  const versions = versionsOf(schemas.map(({ schema }) => schema));
  const buses = [...wiring.parts.values()].filter(({ kind }) => kind === 'bus').map(({ physicalName }) => physicalName);
  const book = ruleBook({ versions, producers: declared.producers, buses });
  return {
    wiring,
    uses,
    eventTypes,
    ingested,
    accepted: new Map(declared.processors.map(({ name, accepts }) => [name, new Set(accepts.map(({ type }) => type))])),
    delivered: pattern => new Set(deliveredTypes(pattern, book)),
  };
}

function catalogueEvent(
  { file, schema }: SchemaFile,
  { earlier, resources, declared }: CatalogueSources,
  context: FlowContext,
): CatalogueEvent {
  const type = String(schema['x-type']);
  const way = followEvent(context, type);
  const rules = way.consumers.flatMap(({ rule }) => rule ?? []);
  const isArchived = (pattern: unknown) => pattern === undefined || context.delivered(pattern).has(type);
  const sampleOptions = { source: sourceOf(type, declared), subject: subjectOf(way) };
  return {
    type,
    title: String(schema.title ?? type),
    description: String(schema.description ?? ''),
    domain: parseEventType(type)?.domain ?? '',
    owner: String(schema['x-owner'] ?? ''),
    version: String(schema['x-version'] ?? ''),
    isIngested: context.ingested.has(type),
    schema,
    versions: eventVersions(schema, earlier.get(file) ?? []),
    otherMajors: context.eventTypes.filter(other => other !== type && withoutMajor(other) === withoutMajor(type)),
    fields: eventFields(schema),
    samples: sampleEvents(schema, sampleOptions).map(event => ({
      event,
      verdicts: new Map(rules.map(rule => [rule.id, judgeByRule(rule.properties.EventPattern, event)])),
    })),
    way,
    retention: eventRetention(way, resources, isArchived),
    reads: new Map(readersOf(declared).flatMap(({ name, readsFields }) => entryOf(name, readsFields[type]))),
  };
}

function entryOf<Value>(name: string, value: Value | undefined): readonly (readonly [string, Value])[] {
  return value === undefined ? [] : [[name, value]];
}

/** A consumer with everything that it consumes. */
export interface ConsumerEntry {
  readonly part: Part;
  readonly events: readonly CatalogueEvent[];
}

/** Who consumes events, by name. */
export function allConsumers({ events }: Catalogue): readonly ConsumerEntry[] {
  const parts = new Map(
    events.flatMap(({ way }) => way.consumers.flatMap(({ part }) => (part ? [[part.id, part] as const] : []))),
  );
  return [...parts.values()]
    .map(part => ({ part, events: events.filter(({ way }) => way.consumers.some(one => one.part?.id === part.id)) }))
    .sort((a, b) => a.part.name.localeCompare(b.part.name));
}

function withoutMajor(type: string): string {
  return type.replace(/\.v\d+$/, '');
}

/** Facts are said by those who publish them; what comes in, by whoever reads the catalogue. */
function sourceOf(type: string, { producers }: EventFlow): string {
  return producers.find(({ publishes }) => publishes.includes(type))?.source ?? 'my-shop/web';
}

/** `visitor-1`, where the state that follows is kept by `visitorId`. */
function subjectOf({ consumers }: EventWay): string {
  const table: Part | undefined = consumers.flatMap(({ writes }) => writes)[0];
  const [key] = recordsOf(table?.properties.KeySchema);
  return `${String(key?.AttributeName ?? 'subject').replace(/Id$/, '')}-1`;
}

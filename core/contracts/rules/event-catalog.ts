import type { SchemaObject } from '../json-schema.ts';

/** A version of an event type. */
export interface EventVersion {
  readonly type: string;
  /** `1.2.0` */
  readonly version: string;
  /** Of the data. */
  readonly schema: SchemaObject;
}

/** Who puts events on the bus. */
export interface EventProducer {
  /** What all its events have as their source. */
  readonly source: string;
  readonly publishes: readonly string[];
}

/** Everything that rules and consumers are checked against. */
export interface EventCatalog {
  /** Every version of every type. */
  readonly versions: readonly EventVersion[];
  readonly producers: readonly EventProducer[];
  /** The names of the buses; the events are on every one of them. */
  readonly buses: readonly string[];
}

/** The versions that schemas speak of (`x-type`, `x-version`). */
export function eventVersions(schemas: readonly SchemaObject[]): readonly EventVersion[] {
  return schemas.map(schema => ({ type: String(schema['x-type']), version: String(schema['x-version']), schema }));
}

/** The types that come to the bus, each once. */
export function publishedTypes({ producers }: Pick<EventCatalog, 'producers'>): readonly string[] {
  return [...new Set(producers.flatMap(({ publishes }) => publishes))];
}

/** The sources that a type comes from. */
export function sourcesOf({ producers }: Pick<EventCatalog, 'producers'>, type: string): readonly string[] {
  return producers.filter(({ publishes }) => publishes.includes(type)).map(({ source }) => source);
}

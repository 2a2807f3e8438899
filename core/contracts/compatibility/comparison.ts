import { type JsonSchema, pointerSegment, type SchemaObject } from '../json-schema.ts';

/**
 * What counts as a change that can break. `registry` is as the schema registries have it: where a schema says nothing
 * about a name, a writer may have put anything there, so that a schema for that name can refuse it; and a default stands
 * in for a required member that is missing. `platform`: writers keep to the names of their schema, and nothing fills in
 * defaults.
 */
export type CompatibilityPolicy = 'registry' | 'platform';

/** Where two schemas are compared. */
export interface Place {
  /** JSON pointer into the reader's schema. */
  readonly pointer: string;
  /** The field of the data: `data.lines[].quantity`. */
  readonly field: string;
}

/** Something that a writer may write and a reader refuses. */
export interface Clash extends Place {
  /** The keyword of the reader's schema that refuses. */
  readonly rule: string;
  /** What the writer's schema allows, in a few words. */
  readonly writes: string;
  /** What the reader's schema allows instead. */
  readonly reads: string;
}

/**
 * One pair of schemas, and the way to go on inside. The writer is the schema under which data were written, the reader
 * the one that has to accept them: which is older depends on the direction that is asked for.
 */
export interface Comparison {
  readonly writer: SchemaObject;
  readonly reader: SchemaObject;
  readonly place: Place;
  readonly policy: CompatibilityPolicy;
  /** The clashes of two schemas that lie inside these. */
  readonly inside: (writer: JsonSchema, reader: JsonSchema, place: Place) => readonly Clash[];
}

/** One clash at a keyword of the reader's schema. */
export function clash({ place }: Comparison, rule: string, writes: string, reads: string): Clash {
  return { pointer: `${place.pointer}/${pointerSegment(rule)}`, field: place.field, rule, writes, reads };
}

/** A place further inside. @param field what is added to the field's path */
export function within(place: Place, segments: readonly (string | number)[], field = ''): Place {
  const pointer = segments.map(segment => `/${pointerSegment(segment)}`).join('');
  return { pointer: place.pointer + pointer, field: place.field + field };
}

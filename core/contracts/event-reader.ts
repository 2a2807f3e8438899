import type { CloudEvent } from '../events/cloud-event.ts';

/** Who reads events, and which of their fields: what has to stay when a schema changes. */
export interface EventReader {
  /** As its function is called. */
  readonly name: string;
  /** Fields by type: `{ 'travel.trip.confirmed.v1': ['time', 'data.tripId'] }`; a field with members stands for them all. */
  readonly readsFields: Readonly<Record<string, readonly string[]>>;
  /** By type, the earliest version that it reads. @default every version of its types */
  readonly since?: Readonly<Record<string, string>>;
}

/** The fields that events of a union may be read by, type by type. */
export type FieldsOf<Event extends CloudEvent> = {
  readonly [Type in Event['type']]: readonly FieldOf<Extract<Event, { readonly type: Type }>>[];
};

/** A field of an event: an attribute, or a path into its data: `data.lines[].quantity`. */
export type FieldOf<Event extends CloudEvent> =
  | Exclude<keyof CloudEvent, 'data'>
  | 'data'
  | PathsIn<Event['data'], 'data'>;

/** Deeper than this, fields are named with what is in them. */
type Depth = readonly [1, 1, 1, 1, 1];

/** Ends at what is not known, and at a depth, so that types that hold themselves do too. */
type PathsIn<Value, Path extends string, Left extends readonly unknown[] = Depth> = unknown extends Value
  ? never
  : Left extends readonly [unknown, ...infer Fewer]
    ? Value extends readonly (infer Item)[]
      ? `${Path}[]` | PathsIn<Item, `${Path}[]`, Fewer>
      : Value extends object
        ? { [Name in keyof Value & string]-?: PathAndInside<Value[Name], `${Path}.${Name}`, Fewer> }[keyof Value &
            string]
        : never
    : never;

type PathAndInside<Value, Path extends string, Left extends readonly unknown[]> =
  | Path
  | PathsIn<NonNullable<Value>, Path, Left>;

/**
 * Says what a consumer of the bus reads. What it names is checked by the compiler, and against every version of every type
 * when the app is synthesized.
 */
export function defineConsumer<Event extends CloudEvent>(
  name: string,
  readsFields: Partial<FieldsOf<Event>>,
  { since }: { readonly since?: Readonly<Partial<Record<Event['type'], string>>> } = {},
): EventReader {
  const reader = { name, readsFields, ...(since && { since }) };
  return reader as EventReader; // a type that is left out is no member
}

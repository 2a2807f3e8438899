import type { CloudEvent } from '../../events/cloud-event.ts';
import { MAX_SUBJECT_CHARS } from '../../events/parse-envelope.ts';
import type { SchemaObject } from '../json-schema.ts';
import { type EventCatalog, type EventVersion, sourcesOf } from './event-catalog.ts';
import { type Reached, reachedValues } from './reached-values.ts';
import { type Place, placesOf } from './schema-place.ts';

/** One way in which events of one version look on the bus. */
export interface BusEventShape {
  readonly version: EventVersion;
  readonly sources: readonly string[];
  readonly envelope: Place;
  /** Absent where the data lie at the claim check. */
  readonly data: Place | undefined;
}

const TEXT = { type: 'string', minLength: 1 };
const MOMENT = {
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}[Tt ]\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?([Zz]|[+-]\\d{2}:\\d{2})$',
};

/** The attributes of a CloudEvent; extensions that nobody declared are not among them. */
const ATTRIBUTES = {
  specversion: { const: '1.0' },
  id: TEXT,
  source: TEXT,
  type: TEXT,
  subject: { ...TEXT, maxLength: MAX_SUBJECT_CHARS },
  time: MOMENT,
  datacontenttype: TEXT,
  dataschema: TEXT,
  dataref: TEXT,
  tenantid: TEXT,
  correlationid: TEXT,
  causationid: TEXT,
  traceparent: TEXT,
  partitionkey: TEXT,
  sequence: TEXT,
  ingestedtime: TEXT,
  acceptance: TEXT,
  classification: TEXT,
  doortime: { type: 'boolean' },
} as const satisfies Record<Exclude<keyof CloudEvent, 'data'>, SchemaObject>;

/** The names of the attributes that events have beside their data. */
export const attributeNames: readonly string[] = Object.keys(ATTRIBUTES);

const REQUIRED = ['specversion', 'id', 'source', 'type', 'subject', 'time'];

/** The shapes of all versions that come to the bus: one for each alternative of the data's schema. */
export function busEventShapes(catalog: EventCatalog): readonly BusEventShape[] {
  return catalog.versions.flatMap(version => {
    const sources = sourcesOf(catalog, version.type);
    if (sources.length === 0) return [];
    const whole = envelopePlace(version, sources, REQUIRED);
    const checked = envelopePlace(version, sources, [...REQUIRED, 'dataref']);
    const shapes = placesOf(version.schema, version.schema).map(data => ({ version, sources, envelope: whole, data }));
    return [...shapes, { version, sources, envelope: checked, data: undefined }];
  });
}

/** What stands at a path of the event as EventBridge has it: `['detail', 'data', 'amountMilli']`. */
export function reachedInEvent({ envelope, data }: BusEventShape, path: readonly string[]): Reached {
  if (path[0] !== 'detail' || path[1] !== 'data') return reachedValues(envelope, path);
  if (data) return movedUnknown(reachedValues(data, path.slice(2)));
  return { values: [], mayBeAbsent: true, isDeclared: false, members: [] };
}

/** The place of an unknown name in the whole path, not in the data's. */
function movedUnknown(reached: Reached): Reached {
  const { unknown } = reached;
  return unknown ? { ...reached, unknown: { ...unknown, index: unknown.index + 2 } } : reached;
}

function envelopePlace({ type }: EventVersion, sources: readonly string[], required: readonly string[]): Place {
  const detail = {
    type: 'object',
    properties: { ...ATTRIBUTES, type: { const: type }, source: { enum: sources }, data: true },
    required,
    additionalProperties: false,
  };
  const schema: SchemaObject = {
    type: 'object',
    properties: {
      version: { const: '0' },
      id: TEXT,
      'detail-type': { const: type },
      source: { enum: sources },
      account: { type: 'string', pattern: '^\\d{12}$' },
      time: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$' },
      region: TEXT,
      resources: { type: 'array', items: TEXT },
      'replay-name': TEXT,
      detail,
    },
    required: ['version', 'id', 'detail-type', 'source', 'account', 'time', 'region', 'resources', 'detail'],
    additionalProperties: false,
  };
  return { parts: [{ schema, document: schema }], open: false };
}

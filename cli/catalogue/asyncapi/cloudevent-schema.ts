import type { SchemaObject } from '../../../core/index.ts';

const text = { type: 'string', minLength: 1 };

/** The envelope of an event of one type: CloudEvents 1.0 as structured JSON, its data by reference. */
export function cloudEventSchema(type: string, data: string): SchemaObject {
  return {
    type: 'object',
    required: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'data'],
    properties: {
      specversion: { const: '1.0' },
      id: { ...text, description: 'ULID or UUIDv7, made by the producer: the same id again is a duplicate.' },
      source: { ...text, description: 'Who says so.' },
      type: { const: type },
      subject: { ...text, maxLength: 256, description: 'Whom it is about: order is kept per subject.' },
      time: { type: 'string', format: 'date-time', description: 'When it happened.' },
      datacontenttype: text,
      dataschema: text,
      correlationid: { ...text, description: 'What everything that followed from one request has in common.' },
      causationid: { ...text, description: 'Id of the event that led to this one.' },
      tenantid: text,
      traceparent: text,
      data: { $ref: data },
    },
  };
}

/** An event as the bus hands it on: the whole CloudEvent in `detail`. */
export function busEventSchema(type: string, event: string): SchemaObject {
  return {
    type: 'object',
    required: ['id', 'source', 'time', 'detail-type', 'detail'],
    properties: {
      version: text,
      id: { ...text, description: 'Given by the bus, and new at each delivery: the id of the event is in the detail.' },
      source: text,
      account: text,
      time: text,
      region: text,
      resources: { type: 'array', items: { type: 'string' } },
      'detail-type': { const: type },
      detail: { $ref: event },
    },
  };
}

import { type CloudEvent, isSchemaObject, newUlid, type SchemaObject, seededRandom } from '../../../core/index.ts';

/** When the samples happen: the same at every run, so that a published catalogue changes only when its contents do. */
const SAMPLE_TIME = '2026-03-01T09:30:00.000Z';

export interface SampleOptions {
  /** Who says so. */
  readonly source: string;
  /** Whom it is about, where the data do not say. */
  readonly subject: string;
}

/** A whole CloudEvent for each example of a schema. */
export function sampleEvents(schema: SchemaObject, { source, subject }: SampleOptions): readonly CloudEvent[] {
  const type = String(schema['x-type']);
  const examples = Array.isArray(schema.examples) ? schema.examples : [];
  return examples.map((data: unknown, index) => ({
    specversion: '1.0',
    id: newUlid(Date.parse(SAMPLE_TIME), seededRandom(seedOf(`${type}#${index}`))),
    source,
    type,
    subject: subjectOf(data) ?? subject,
    time: SAMPLE_TIME,
    datacontenttype: 'application/json',
    data,
  }));
}

/** The first id in the data, as facts have it. */
function subjectOf(data: unknown): string | undefined {
  const members = Object.entries(isSchemaObject(data) ? data : {});
  return members.flatMap(([name, value]) =>
    /^(visitor|trip)Id$/.test(name) && typeof value === 'string' ? value : [],
  )[0];
}

function seedOf(text: string): number {
  let seed = 0;
  for (let i = 0; i < text.length; i++) seed = (Math.imul(seed, 31) + text.charCodeAt(i)) | 0;
  return seed >>> 0;
}

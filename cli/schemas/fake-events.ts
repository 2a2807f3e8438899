import { type CloudEvent, fakeData, newUlid, type SchemaObject, seededRandom } from '../../core/index.ts';
import { readingValidator } from '../../domains/schema-validator.ts';
import { UsageError } from '../command.ts';

export interface FakeEventsOptions {
  readonly count: number;
  readonly seed: number;
  /** When the first event happens; the others follow, a second apart. */
  readonly startMs: number;
  /** So many subjects share the events. */
  readonly subjects: number;
}

/** Valid events of a type, the same for the same options. @throws UsageError when no data keep the schema */
export function* fakeEvents(
  schema: SchemaObject,
  { count, seed, startMs, subjects }: FakeEventsOptions,
): Generator<CloudEvent> {
  const random = seededRandom(seed);
  const accepts = readingValidator(schema);
  const type = String(schema['x-type']);
  for (let index = 0; index < count; index++) {
    const made = fakeData(schema, { random, accepts });
    if (!made) throw new UsageError(`Cannot make events of '${type}': in 200 tries, no data kept the schema`);
    const timeMs = startMs + index * 1000;
    yield {
      specversion: '1.0',
      id: newUlid(timeMs, random),
      source: 'millrace/fake',
      type,
      subject: `subject-${1 + Math.floor(random() * subjects)}`,
      time: new Date(timeMs).toISOString(),
      datacontenttype: 'application/json',
      data: made.data,
    };
  }
}

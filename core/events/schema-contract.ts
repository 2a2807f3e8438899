import { minorCast } from '../contracts/casting/cast-event.ts';
import type { DataShape } from '../contracts/casting/data-shape.ts';
import type { TypedEvent } from './cloud-event.ts';
import type { EventContract } from './event-contract.ts';
import { type EventProblem, eventProblem } from './event-problem.ts';

/** What a compiled JSON Schema validator says about the first rule that was broken (the shape that Ajv gives). */
export interface SchemaError {
  /** JSON pointer to the value. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string | undefined;
}

/** A compiled JSON Schema: judges data; after `false`, `errors` holds the first broken rule. */
export interface Validator<Data> {
  (data: unknown): data is Data;
  errors?: SchemaError[] | null;
  /** `x-version` of the schema that it was made of, and the shape of the data that it describes. */
  readonly version?: string;
  readonly shape?: DataShape;
}

/** The contract of an event type whose data a compiled schema judges; its version is the schema's. */
export function schemaContract<const Type extends string, Data>(
  type: Type,
  validate: Validator<Data>,
): EventContract<TypedEvent<Type, Data>> {
  const { version, shape } = validate;
  const cast = version !== undefined && shape ? minorCast({ type, version, shape }) : undefined;
  return {
    type,
    ...(version !== undefined && { version }),
    ...(cast && { cast: event => cast(event) as TypedEvent<Type, Data> }), // judged, and cast to what it was judged by
    problemOf(data) {
      if (validate(data)) return undefined;
      const [error] = validate.errors ?? [];
      return schemaProblem(data, error ?? { instancePath: '', keyword: 'schema', params: {} });
    },
  };
}

/** Turns a schema error about `data` into a problem with a readable path, the value that stood there and the rule. */
function schemaProblem(data: unknown, error: SchemaError): EventProblem {
  const segments = error.instancePath
    .split('/')
    .slice(1)
    .map(segment => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  const missing = error.params.missingProperty;
  if (typeof missing === 'string') return eventProblem(pathOf([...segments, missing]), undefined, 'is required');
  const value = valueAt(data, segments);
  return eventProblem(pathOf(segments), value, reasonOf(error, value));
}

function pathOf(segments: readonly string[]): string {
  return segments.reduce((path, segment) => path + (/^\d+$/.test(segment) ? `[${segment}]` : `.${segment}`), 'data');
}

function valueAt(data: unknown, segments: readonly string[]): unknown {
  let value = data;
  for (const segment of segments) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[segment]; // arrays answer to their indexes as well
  }
  return value;
}

function reasonOf({ keyword, params, message }: SchemaError, value: unknown): string {
  if (keyword === 'not') return `must not be ${JSON.stringify(value)}`;
  if (keyword === 'enum' && Array.isArray(params.allowedValues))
    return `must be one of ${params.allowedValues.join(', ')}`;
  if (keyword === 'false schema') return 'must not be given here';
  return message ?? `breaks the rule '${keyword}'`;
}

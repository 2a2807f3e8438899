import { isSchemaObject, type SchemaObject } from '../../../core/index.ts';

/** A field of an event's data, for people. */
export interface EventField {
  /** `lines[].quantity` */
  readonly path: string;
  /** How many objects it is in. */
  readonly depth: number;
  /** `text`, `integer`, `list of objects` */
  readonly type: string;
  /** `1 to 256 characters`, `at least 0` */
  readonly rules: readonly string[];
  readonly required: boolean;
  readonly description: string;
  readonly classification: string | undefined;
  /** Values from the examples, without repetition. */
  readonly examples: readonly unknown[];
}

const MAX_EXAMPLES = 3;
const TYPE_WORDS: Readonly<Record<string, string>> = { string: 'text', boolean: 'true or false', array: 'list' };

/** Every named field of a schema, objects before what is in them. */
export function eventFields(schema: SchemaObject): readonly EventField[] {
  const examples = Array.isArray(schema.examples) ? schema.examples : [];
  return membersOf(schema, { path: '', depth: 0, examples });
}

interface Place {
  /** Of the object, with what joins it to its members: `lines[].` */
  readonly path: string;
  readonly depth: number;
  /** What the examples have in this place. */
  readonly examples: readonly unknown[];
}

function membersOf(schema: SchemaObject, place: Place): readonly EventField[] {
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(isSchemaObject(schema.properties) ? schema.properties : {}).flatMap(([name, member]) => {
    if (!isSchemaObject(member)) return [];
    const path = `${place.path}${name}`;
    const examples = place.examples.flatMap(example =>
      isSchemaObject(example) && name in example ? [example[name]] : [],
    );
    const items = isSchemaObject(member.items) ? member.items : undefined;
    const classification = member['x-classification'] ?? items?.['x-classification'];
    const field: EventField = {
      path,
      depth: place.depth,
      type: typeWords(member),
      rules: [...ruleWords(member), ...(items ? ruleWords(items).map(rule => `each ${rule}`) : [])],
      required: required.includes(name),
      description: typeof member.description === 'string' ? member.description : '',
      classification: typeof classification === 'string' ? classification : undefined,
      examples: distinct(examples).filter(isPlain).slice(0, MAX_EXAMPLES),
    };
    const inside = { path: `${path}.`, depth: place.depth + 1, examples };
    const inItems = { path: `${path}[].`, depth: place.depth + 1, examples: examples.flat() };
    return [field, ...membersOf(member, inside), ...(items ? membersOf(items, inItems) : [])];
  });
}

function typeWords(schema: SchemaObject): string {
  const types = [schema.type ?? []].flat().map(String);
  if (types.length === 0) return 'enum' in schema || 'const' in schema ? 'one of some values' : 'anything';
  return types
    .map(type => {
      if (type === 'array' && isSchemaObject(schema.items)) return `list of ${typeWords(schema.items)}`;
      return TYPE_WORDS[type] ?? type;
    })
    .join(' or ');
}

/** What a schema demands of a value, beyond its type. */
function ruleWords(schema: SchemaObject): readonly string[] {
  const { format, pattern, not } = schema;
  return [
    ...('const' in schema ? [`is ${JSON.stringify(schema.const)}`] : []),
    ...(Array.isArray(schema.enum) ? [`one of ${schema.enum.map(value => JSON.stringify(value)).join(', ')}`] : []),
    ...rangeWords(schema.minLength, schema.maxLength, 'characters'),
    ...rangeWords(schema.minItems, schema.maxItems, 'items'),
    ...rangeWords(schema.minimum, schema.maximum),
    ...(typeof format === 'string' ? [format] : []),
    ...(typeof pattern === 'string' ? [`matches ${pattern}`] : []),
    ...(isSchemaObject(not) && 'const' in not ? [`not ${JSON.stringify(not.const)}`] : []),
  ];
}

/** Bounds that only keep numbers exact are not worth saying. */
function rangeWords(from: unknown, to: unknown, unit = ''): readonly string[] {
  const bounds = [from, to].map(bound =>
    typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound.toLocaleString('en-GB') : undefined,
  );
  const [least, most] = bounds;
  if (least === undefined && most === undefined) return [];
  const range =
    most === undefined ? `at least ${least}` : least === undefined ? `at most ${most}` : `${least} to ${most}`;
  return [unit === '' ? range : `${range} ${unit}`];
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function distinct(values: readonly unknown[]): readonly unknown[] {
  return [...new Map(values.map(value => [JSON.stringify(value), value])).values()];
}

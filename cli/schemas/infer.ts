import {
  inferredSchema,
  isSchemaObject,
  newObservation,
  observe,
  parseEventType,
  type SchemaObject,
  valueOfText,
} from '../../core/index.ts';
import { readingValidator } from '../../domains/schema-validator.ts';
import { UsageError } from '../command.ts';
import { formatOf, openRows, type Row } from '../send/rows.ts';

/** Columns that CloudEvents have: rows with them are events, and their data is what is described. */
const ENVELOPE = ['specversion', 'id', 'source', 'type', 'data'];

/** A proposal, and what stood in its way. */
export interface Inference {
  readonly schema: SchemaObject;
  readonly rows: number;
  readonly unreadable: number;
}

/**
 * Proposes a schema for the rows of a file. Texts of a CSV count as the numbers and booleans that they spell.
 * @throws UsageError when there is no row, or `type` is no event type
 */
export async function inferFile(file: string, type: string): Promise<Inference> {
  const parsed = parseEventType(type);
  if (!parsed)
    throw new UsageError(`Cannot use --type: '<domain>.<aggregate>.<past-tense>.v<major>', received '${type}'`);
  const isTable = formatOf(file) === 'csv';
  const seen = newObservation();
  let unreadable = 0;
  const { rows } = await openRows(file);
  for await (const row of rows) {
    const value = rowValue(row, isTable);
    if (value === undefined) unreadable++;
    else observe(seen, value);
  }
  if (seen.count === 0) throw new UsageError(`Cannot infer from '${file}': no row in it could be read`);
  const { description: _description, ...rules } = inferredSchema(seen);
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:millrace:schema:${type}`,
    title: titleOf(parsed.aggregate, parsed.happened),
    description: `Proposed from ${seen.count} rows: to be described.`,
    'x-type': type,
    'x-version': `${parsed.major}.0.0`,
    'x-owner': `team-${parsed.domain}`,
    ...rules,
    examples: [seen.first],
  };
  if (!readingValidator(schema)(seen.first))
    throw new Error(`Cannot infer from '${file}': the proposal refuses its first row`);
  return { schema, rows: seen.count, unreadable };
}

function rowValue({ value }: Row, isTable: boolean): unknown {
  if (!value) return undefined;
  if (isTable) {
    const members = Object.entries(value).map(([name, text]) => [name, valueOfText(String(text))] as const);
    return Object.fromEntries(members.filter(([, member]) => member !== undefined));
  }
  const isEvent = ENVELOPE.every(name => name in value);
  return isEvent && isSchemaObject(value.data) ? value.data : value;
}

/** `cart-item`, `added` → `CartItemAdded` */
function titleOf(...words: readonly string[]): string {
  return words
    .flatMap(word => word.split('-'))
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

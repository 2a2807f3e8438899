import { queryFailure } from '../execution/state-failure.ts';
import { jsonKind } from '../json-object.ts';
import { jsonataSource } from '../jsonata/jsonata-expression.ts';
import { fillJsonataTemplate, type JsonataView } from './jsonata-template.ts';

export interface TypedField {
  readonly name: string;
  readonly template: unknown;
  /** What AWS calls the type that the field holds. */
  readonly expected: 'array' | 'boolean' | 'string' | 'integer' | 'number';
}

/** Works out a field that must hold one kind of value. @throws StateFailure (States.QueryEvaluationError) */
export async function fillTypedField(field: TypedField, view: JsonataView): Promise<unknown> {
  const value = await fillJsonataTemplate(field.template, view, field.name);
  if (hasType(value, field.expected)) return value;
  const source = typeof field.template === 'string' ? (jsonataSource(field.template) ?? field.template) : '';
  const place = `The JSONata expression '${source}' specified for the field '${field.name}'`;
  const detail = `${place} returned an unexpected result type. Expected '${field.expected}', but was '${jsonKind(value)}' for value: ${JSON.stringify(value)}`;
  throw queryFailure(detail, field.name);
}

function hasType(value: unknown, expected: TypedField['expected']): boolean {
  if (expected === 'integer') return Number.isInteger(value);
  return jsonKind(value) === expected;
}

import type { JsonObject } from '../../../cloud/service.ts';
import { isJsonObject } from '../json-object.ts';
import { compileJsonata, JsonataError, jsonataSource } from '../jsonata/jsonata-expression.ts';
import type { DefinitionReport } from './definition-report.ts';

/** Fields that hold states, or that are no expressions. */
const NOT_EXPRESSIONS = new Set([
  'Branches',
  'ItemProcessor',
  'Iterator',
  'Comment',
  'Next',
  'Default',
  'Type',
  'Resource',
]);

export interface ExpressionPlace {
  readonly report: DefinitionReport;
  readonly location: string;
}

/** Checks every `{% … %}` of a JSONata state. */
export function checkExpressions(state: JsonObject, { report, location }: ExpressionPlace): void {
  for (const [field, value] of Object.entries(state)) {
    if (!NOT_EXPRESSIONS.has(field)) checkTemplate(value, { report, location: `${location}/${field}` });
  }
  if (state.Assign !== undefined && !isJsonObject(state.Assign)) {
    report.error('Expected value of type Object', `${location}/Assign`);
  }
}

function checkTemplate(value: unknown, { report, location }: ExpressionPlace): void {
  if (typeof value === 'string') {
    checkText(value, { report, location });
    return;
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkTemplate(item, { report, location: `${location}[${index}]` });
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [name, member] of Object.entries(value))
    checkTemplate(member, { report, location: `${location}/${name}` });
}

function checkText(text: string, { report, location }: ExpressionPlace): void {
  if (text.startsWith('{%') !== text.endsWith('%}')) {
    report.error('JSONata expressions must start with {% and end with %}', location);
    return;
  }
  const source = jsonataSource(text);
  if (source === undefined) return;
  try {
    compileJsonata(source);
  } catch (error) {
    if (!(error instanceof JsonataError)) throw error;
    report.error(`Failed to parse JSONata expression: ${error.message}`, location);
  }
}

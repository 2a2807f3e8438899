import { isSchemaObject, type SchemaObject } from './json-schema.ts';
import type { SchemaProblem } from './review-schema.ts';
import { schemaFields } from './schema-fields.ts';
import { interpretedValidator } from './validate/interpreted-validator.ts';

/** How private a field is, the least first. */
export const CLASSIFICATIONS = ['public', 'internal', 'personal', 'sensitive'] as const;

/** What a schema does not say about itself: owner, meaning, examples that keep it, and how private each field is. */
export function reviewDocumentation(schema: SchemaObject): readonly SchemaProblem[] {
  return [...ownProblems(schema), ...fieldProblems(schema), ...exampleProblems(schema)];
}

function ownProblems(schema: SchemaObject): readonly SchemaProblem[] {
  return ['title', 'description', 'x-owner']
    .filter(keyword => typeof schema[keyword] !== 'string' || schema[keyword] === '')
    .map(keyword => ({
      rule: keyword,
      field: 'data',
      pointer: `/${keyword}`,
      text: `data (${keyword}): must be given`,
    }));
}

function fieldProblems(schema: SchemaObject): readonly SchemaProblem[] {
  return schemaFields(schema).flatMap(({ field, pointer, schema: { description, ...rules } }) => {
    const given = rules['x-classification'];
    const problems: SchemaProblem[] = [];
    if (!CLASSIFICATIONS.some(known => known === given)) {
      const rule = 'x-classification';
      const text = `${field} (${rule}, at #${pointer}): must be one of ${CLASSIFICATIONS.join(', ')}, received ${given}`;
      problems.push({ rule, field, pointer, text });
    }
    if (typeof description === 'string' && description !== '') return problems;
    const text = `${field} (description, at #${pointer}): must say what the field means`;
    return [...problems, { rule: 'description', field, pointer, text }];
  });
}

function exampleProblems(schema: SchemaObject): readonly SchemaProblem[] {
  const problem = (pointer: string, text: string): SchemaProblem => ({
    rule: 'examples',
    field: 'data',
    pointer,
    text,
  });
  const { examples } = schema;
  if (!Array.isArray(examples) || examples.length === 0) {
    return [problem('/examples', 'data (examples): at least one must be given')];
  }
  const validate = interpretedValidator(schema);
  return examples.flatMap((example, index) => {
    if (isSchemaObject(example) && validate(example)) return [];
    const [error] = validate.errors ?? [];
    const why = error ? `${error.instancePath || 'the whole'} ${error.message}` : 'must be an object';
    return [problem(`/examples/${index}`, `data (examples, at #/examples/${index}): must keep the schema: ${why}`)];
  });
}

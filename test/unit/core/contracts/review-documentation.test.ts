import { describe, expect, it } from 'vitest';
import { reviewDocumentation, type SchemaObject } from '../../../../core/index.ts';

const field = { type: 'string', description: 'What it is.', 'x-classification': 'internal' };
const schema: SchemaObject = {
  title: 'OrderPlaced',
  description: 'Somebody ordered.',
  'x-owner': 'team-shop',
  type: 'object',
  properties: { id: field, lines: { type: 'array', items: { properties: { sku: field } } } },
  examples: [{ id: 'a' }],
};
const problemsOf = (more: SchemaObject) =>
  reviewDocumentation({ ...schema, ...more }).map(({ rule, field: at }) => `${rule} ${at}`);

describe('reviewDocumentation', () => {
  it('has nothing to say about a schema that says everything', () => {
    expect(problemsOf({})).toEqual([]);
  });

  it.each([
    ['a field', { id: { type: 'string', description: 'x' } }, 'x-classification data.id'],
    ['a class that there is not', { id: { ...field, 'x-classification': 'secret' } }, 'x-classification data.id'],
    [
      'a field of an object in an array',
      { lines: { items: { properties: { sku: {} } } } },
      'x-classification data.lines[].sku',
    ],
    ['an array of texts', { tags: { items: { type: 'string' }, description: 'x' } }, 'x-classification data.tags'],
    ['a field of an alternative', { id: { oneOf: [{ properties: { deep: {} } }] } }, 'x-classification data.id.deep'],
  ])('finds %s without a classification', (_, properties, problem) => {
    expect(problemsOf({ properties, examples: [{}] })).toContain(problem);
  });

  it('does not ask again in a condition for what is classified', () => {
    const condition = {
      if: { required: ['id'] },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: { properties: { id: { minLength: 1 }, lines: false } },
    };
    expect(problemsOf(condition)).toEqual([]);
  });

  it('wants an owner, and examples that keep the schema', () => {
    expect(problemsOf({ 'x-owner': '', examples: [] })).toEqual(['x-owner data', 'examples data']);
    expect(problemsOf({ examples: [{ id: 'a' }, { id: 1 }] })).toEqual(['examples data']);
  });
});

import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { createTable, dynamodb, type Fixture, N, S } from './dynamodb-fixture.ts';

let db: Fixture;
beforeEach(async () => {
  db = dynamodb();
  await createTable(db);
});

/** Whether the condition holds for the item. */
async function holds(item: object, ConditionExpression: string, values?: object, names?: object): Promise<boolean> {
  await db.call('PutItem', { TableName: 'Things', Item: { ...item, pk: S('x') } });
  const input = {
    TableName: 'Things',
    Key: { pk: S('x') },
    ConditionExpression,
    ...(values ? { ExpressionAttributeValues: values } : {}),
    ...(names ? { ExpressionAttributeNames: names } : {}),
  };
  return db.call('DeleteItem', input).then(
    () => true,
    error => {
      if (error.code === 'ConditionalCheckFailedException') return false;
      throw error;
    },
  );
}

async function message(input: object): Promise<string> {
  return (await db.refusal('DeleteItem', { TableName: 'Things', Key: { pk: S('x') }, ...input })).message;
}

test('ConditionExpression compares within a type only, and a missing attribute is unequal to everything', async () => {
  const item = { n: N(10), s: S('10'), b: { B: 'AQI=' }, flag: { BOOL: true } };
  expect(await holds(item, 'n > :v', { ':v': N(9) })).toBe(true);
  expect(await holds(item, 's > :v', { ':v': S('9') })).toBe(false);
  expect(await holds(item, 's > :v', { ':v': N(9) })).toBe(false);
  expect(await holds(item, 'b < :v', { ':v': { B: 'AQM=' } })).toBe(true);
  expect(await holds(item, 'n = :v', { ':v': N('1.0E1') })).toBe(true);
  expect(await holds(item, 'gone <> :v', { ':v': N(1) })).toBe(true);
  expect(await holds(item, 'gone = :v', { ':v': N(1) })).toBe(false);
  expect(await holds(item, 'NOT gone < :v', { ':v': N(1) })).toBe(true);
  expect(await holds(item, ':v BETWEEN :lo AND n', { ':v': N(5), ':lo': N(1) })).toBe(true);
  expect(await holds(item, 'n IN (:a, s, :b)', { ':a': N(1), ':b': N(10) })).toBe(true);
  expect(await holds(item, 'flag = :v AND n = :n OR gone = :n', { ':v': { BOOL: true }, ':n': N(10) })).toBe(true);
});

test('ConditionExpression functions look into sets, lists, maps, strings and binaries', async () => {
  const item = {
    tags: { SS: ['red', 'blue'] },
    numbers: { NS: ['1', '2.50'] },
    things: { L: [S('a'), { M: { deep: { L: [N(7)] } } }] },
    greeting: S('hello'),
    bytes: { B: 'AQID' },
    nothing: { NULL: true },
  };
  const yes = async (expression: string, values?: object) =>
    expect(await holds(item, expression, values), expression).toBe(true);
  const no = async (expression: string, values?: object) =>
    expect(await holds(item, expression, values), expression).toBe(false);
  await yes('contains(tags, :v)', { ':v': S('red') });
  await no('contains(tags, :v)', { ':v': N(1) });
  await yes('contains(numbers, :v)', { ':v': N('2.5') });
  await yes('contains(things, :v)', { ':v': S('a') });
  await yes('contains(greeting, :v)', { ':v': S('ell') });
  await yes('contains(bytes, :v)', { ':v': { B: 'AgM=' } });
  await yes('begins_with(greeting, :v)', { ':v': S('he') });
  await yes('begins_with(bytes, :v)', { ':v': { B: 'AQ==' } });
  await yes('things[1].deep[0] = :v', { ':v': N(7) });
  await no('attribute_exists(things[2])');
  await yes('attribute_type(nothing, :v)', { ':v': S('NULL') });
  await yes('size(greeting) = :v AND size(tags) < :v AND size(bytes) < :v AND size(things) < :v', { ':v': N(5) });
  await no('size(nothing) = :v', { ':v': N(1) });
  await yes('attribute_not_exists(toString) AND attribute_not_exists(things[0].entries)');
  await yes('tags = :v', { ':v': { SS: ['blue', 'red'] } });
});

/** A condition over a, b, c as text, and what a plain reading of it gives. */
interface Model {
  readonly text: string;
  readonly evaluate: (item: Record<string, number | string | undefined>) => boolean;
  readonly compound: boolean;
}

const attribute = fc.constantFrom('a', 'b', 'c');
const constant = fc.constantFrom(':n0', ':n1', ':n2', ':s0', ':s1');
const CONSTANTS: Record<string, number | string> = { ':n0': 0, ':n1': 1, ':n2': 2, ':s0': 'x', ':s1': 'y' };
const OPERATORS: Record<string, (order: number) => boolean> = {
  '=': order => order === 0,
  '<>': order => order !== 0,
  '<': order => order < 0,
  '<=': order => order <= 0,
  '>': order => order > 0,
  '>=': order => order >= 0,
};

const comparison = fc.tuple(attribute, fc.constantFrom(...Object.keys(OPERATORS)), constant).map(
  ([name, operator, value]): Model => ({
    text: `${name} ${operator} ${value}`,
    compound: false,
    evaluate: item => {
      const [left, right] = [item[name], CONSTANTS[value]];
      if (left === undefined || right === undefined || typeof left !== typeof right) return operator === '<>';
      return OPERATORS[operator]?.(left < right ? -1 : left > right ? 1 : 0) ?? false;
    },
  }),
);
const existence = attribute.map(
  (name): Model => ({
    text: `attribute_exists(${name})`,
    compound: false,
    evaluate: item => item[name] !== undefined,
  }),
);
const membership = fc.tuple(attribute, constant, constant).map(
  ([name, one, two]): Model => ({
    text: `${name} IN (${one}, ${two})`,
    compound: false,
    evaluate: item => item[name] === CONSTANTS[one] || item[name] === CONSTANTS[two],
  }),
);

const grouped = (model: Model) => (model.compound ? `(${model.text})` : model.text);
const { condition } = fc.letrec<{ condition: Model }>(tie => ({
  condition: fc.oneof(
    { depthSize: 'small' },
    comparison,
    existence,
    membership,
    fc.tuple(fc.constantFrom('AND', 'OR'), tie('condition'), tie('condition')).map(
      ([operator, x, y]): Model => ({
        text: `${grouped(x)} ${operator} ${grouped(y)}`,
        compound: true,
        evaluate: item =>
          operator === 'AND' ? x.evaluate(item) && y.evaluate(item) : x.evaluate(item) || y.evaluate(item),
      }),
    ),
    tie('condition').map(
      (x): Model => ({ text: `NOT ${grouped(x)}`, compound: true, evaluate: item => !x.evaluate(item) }),
    ),
  ),
}));

test('ConditionExpression evaluates as a plain reading of it does', async () => {
  const value = fc.constantFrom(0, 1, 2, 'x', 'y', undefined);
  const items = fc.record({ a: value, b: value, c: value });
  const write = (plain: number | string) => (typeof plain === 'number' ? N(plain) : S(plain));
  await fc.assert(
    fc.asyncProperty(condition, items, async (model, item) => {
      const stored = Object.fromEntries(
        Object.entries(item).flatMap(([name, plain]) => (plain === undefined ? [] : [[name, write(plain)]])),
      );
      const used = Object.entries(CONSTANTS).filter(([name]) => model.text.includes(name));
      const values =
        used.length > 0 ? Object.fromEntries(used.map(([name, plain]) => [name, write(plain)])) : undefined;
      expect(await holds(stored, model.text, values), model.text).toBe(model.evaluate(item));
    }),
    { numRuns: 300 },
  );
});

test('AND binds more tightly than OR, NOT more tightly than AND, and BETWEEN keeps its own AND', async () => {
  const item = { a: N(1), b: N(2), c: N(3) };
  const values = { ':1': N(1), ':2': N(2), ':9': N(9) };
  expect(await holds(item, 'a = :1 OR b = :9 AND c = :9', { ':1': N(1), ':9': N(9) })).toBe(true);
  expect(await holds(item, '(a = :1 OR b = :9) AND c = :9', { ':1': N(1), ':9': N(9) })).toBe(false);
  expect(await holds(item, 'not a = :9 and b = :2', { ':9': N(9), ':2': N(2) })).toBe(true);
  expect(await holds(item, 'a BETWEEN :1 AND :2 AND b between :1 and :9', values)).toBe(true);
  expect(await holds(item, '(a) = (:1)', { ':1': N(1) })).toBe(true);
});

test('a malformed condition is refused with the offending token and its neighbours', async () => {
  const cases: [string, string][] = [
    ['a = = :v', 'Syntax error; token: "=", near: "= = :v"'],
    ['a ==', 'Syntax error; token: "=", near: "=="'],
    ['a =', 'Syntax error; token: "<EOF>", near: "="'],
    ['a', 'Syntax error; token: "<EOF>", near: "a"'],
    ['last-name = :v', 'Syntax error; token: "-", near: "last-name"'],
    ['_id = :v', 'Syntax error; token: "_", near: "_id"'],
    ['a != :v', 'Syntax error; token: "!", near: "a !="'],
    ['a = :v)', 'Syntax error; token: ")", near: ":v)"'],
    ['(a = :v) = :v', 'Syntax error; token: "=", near: ") = :v"'],
    ['', 'The expression can not be empty;'],
    ['  ', 'The expression can not be empty;'],
  ];
  for (const [ConditionExpression, reason] of cases) {
    const values = ConditionExpression.includes(':v') ? { ExpressionAttributeValues: { ':v': N(1) } } : {};
    expect(await message({ ConditionExpression, ...values })).toBe(`Invalid ConditionExpression: ${reason}`);
  }
});

test('a condition that can never be meant is refused in DynamoDB words', async () => {
  const cases: [string, string][] = [
    ['((a = :v))', 'The expression has redundant parentheses;'],
    ['foo(a)', 'Invalid function name; function: foo'],
    ['size(a)', 'The function is not allowed to be used this way in an expression; function: size'],
    ['contains(a, :v) = :v', 'The function is not allowed to be used this way in an expression; function: contains'],
    ['status = :v', 'Attribute name is a reserved keyword; reserved keyword: status'],
    ['a.data = :v', 'Attribute name is a reserved keyword; reserved keyword: data'],
    ['#a = :v', 'An expression attribute name used in the document path is not defined; attribute name: #a'],
    ['a = :w', 'An expression attribute value used in expression is not defined; attribute value: :w'],
    [
      'begins_with(a)',
      'Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1',
    ],
    [
      'begins_with(a, :v)',
      'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    ],
    ['a < :flag', 'Incorrect operand type for operator or function; operator or function: <, operand type: BOOL'],
    ['attribute_exists(:v)', 'Operator or function requires a document path; operator or function: attribute_exists'],
    [
      'attribute_type(a, :s)',
      'Invalid attribute type name found; type: Z, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}',
    ],
    [
      'a = a',
      'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]',
    ],
    [
      'a BETWEEN :v AND :low',
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {N:0}',
    ],
    [
      'a BETWEEN :v AND :s',
      'The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:Z}',
    ],
  ];
  const all: Record<string, object> = { ':v': N(1), ':low': N(0), ':flag': { BOOL: true }, ':s': S('Z') };
  for (const [ConditionExpression, reason] of cases) {
    expect(await message({ ConditionExpression, ExpressionAttributeValues: all })).toBe(
      `Invalid ConditionExpression: ${reason}`,
    );
  }
});

test('placeholders must be well-formed, used and in company of an expression', async () => {
  expect(await message({ ExpressionAttributeValues: { ':v': N(1) } })).toBe(
    'ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null',
  );
  expect(await message({ ExpressionAttributeNames: { '#a': 'a' } })).toBe(
    'ExpressionAttributeNames can only be specified when using expressions',
  );
  const ConditionExpression = 'attribute_exists(a)';
  const refused = (input: object) => message({ ConditionExpression, ...input });
  expect(await refused({ ExpressionAttributeNames: { '#a': 'a', '#b': 'b' } })).toBe(
    'Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}',
  );
  expect(await refused({ ExpressionAttributeValues: { ':v': N(1) } })).toBe(
    'Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}',
  );
  expect(await refused({ ExpressionAttributeNames: { a: 'a' } })).toBe(
    'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"',
  );
  expect(await refused({ ExpressionAttributeValues: {} })).toBe('ExpressionAttributeValues must not be empty');
  expect(await refused({ ExpressionAttributeValues: { ':v': { N: 'x' } } })).toBe(
    'ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :v',
  );
});

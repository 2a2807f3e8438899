import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { type Answer, createTable, dynamodb, type Fixture, N, S } from './dynamodb-fixture.ts';

let db: Fixture;
beforeEach(async () => {
  db = dynamodb();
  await createTable(db);
});

async function update(
  before: object | undefined,
  UpdateExpression: string,
  values?: object,
  more: object = {},
): Promise<Answer> {
  if (before) await db.call('PutItem', { TableName: 'Things', Item: { ...before, pk: S('x') } });
  return db.call('UpdateItem', {
    TableName: 'Things',
    Key: { pk: S('x') },
    UpdateExpression,
    ReturnValues: 'ALL_NEW',
    ...(values ? { ExpressionAttributeValues: values } : {}),
    ...more,
  });
}

async function updated(before: object | undefined, expression: string, values?: object): Promise<Answer> {
  const { pk, ...rest } = (await update(before, expression, values)).Attributes;
  expect(pk).toEqual(S('x'));
  return rest;
}

async function message(before: object | undefined, expression: string, values?: object): Promise<string> {
  return update(before, expression, values).then(
    () => 'accepted',
    error => `${error.code}: ${error.message}`,
  );
}

test('SET assigns, adds, subtracts, defaults and appends, reading only the item as it was', async () => {
  const before = { a: N(1), b: N(2), l: { L: [S('x')] } };
  expect(await updated(before, 'SET a = b, b = a')).toMatchObject({ a: N(2), b: N(1) });
  expect(await updated(before, 'SET a = a + :one, b = :one - b', { ':one': N(1) })).toMatchObject({
    a: N(2),
    b: N(-1),
  });
  expect(
    await updated(undefined, 'SET c = if_not_exists(gone, :zero) + :one', { ':zero': N(0), ':one': N(1) }),
  ).toMatchObject({ c: N(1) });
  expect(
    await updated(before, 'SET l = list_append(:front, list_append(l, :back))', {
      ':front': { L: [N(0)] },
      ':back': { L: [N(9)] },
    }),
  ).toMatchObject({ l: { L: [N(0), S('x'), N(9)] } });
  expect(
    await updated(before, 'SET l = list_append(if_not_exists(m, :empty), :empty)', { ':empty': { L: [] } }),
  ).toMatchObject({ l: { L: [] } });
  expect(await updated({ a: N('0.1') }, 'SET a = a + :v', { ':v': N('0.2') })).toMatchObject({ a: N('0.3') });
});

test('SET and REMOVE reach into maps and lists', async () => {
  const before = { m: { M: { x: N(1), y: { L: [N(0), N(1), N(2), N(3)] } } } };
  const values = { ':v': S('new') };
  expect(await updated(before, 'SET m.z = :v, m.y[1] = :v', values)).toEqual({
    m: { M: { x: N(1), z: S('new'), y: { L: [N(0), S('new'), N(2), N(3)] } } },
  });
  expect(await updated(before, 'SET m.y[9] = :v, m.y[7] = :w', { ...values, ':w': N(7) })).toMatchObject({
    m: { M: { y: { L: [N(0), N(1), N(2), N(3), N(7), S('new')] } } },
  });
  expect(await updated(before, 'REMOVE m.y[0], m.y[2], m.x')).toEqual({ m: { M: { y: { L: [N(1), N(3)] } } } });
  expect(await updated(before, 'REMOVE m.y[0] SET m.y[1] = :v', values)).toMatchObject({
    m: { M: { y: { L: [S('new'), N(2), N(3)] } } },
  });
  expect(await updated(before, 'REMOVE gone, m.gone, m.y[99]')).toEqual(before);
});

test('ADD and DELETE change numbers and sets; an emptied set goes', async () => {
  expect(
    await updated({ n: N(1), s: { SS: ['b'] } }, 'ADD n :n, s :s, fresh :n', { ':n': N(5), ':s': { SS: ['a', 'b'] } }),
  ).toEqual({ n: N(6), fresh: N(5), s: { SS: ['a', 'b'] } });
  expect(
    await updated({ s: { NS: ['1', '2'] }, t: { SS: ['x'] } }, 'DELETE s :s, t :t, gone :s', {
      ':s': { NS: ['1.0'] },
      ':t': { SS: ['x', 'y'] },
    }),
  ).toEqual({ s: { NS: ['2'] } });
});

test('an update of a missing item makes it, with its key', async () => {
  expect(
    (await db.call('UpdateItem', { TableName: 'Things', Key: { pk: S('new') }, ReturnValues: 'ALL_NEW' })).Attributes,
  ).toEqual({ pk: S('new') });
});

test('ReturnValues gives all or the updated attributes, from before or after', async () => {
  const before = { a: N(1), m: { M: { x: N(1), y: N(2) } }, untouched: S('u') };
  const returned = async (ReturnValues: string) =>
    (await update(before, 'SET a = :v, m.x = :v, b = :v REMOVE m.y', { ':v': N(9) }, { ReturnValues })).Attributes;
  expect(await returned('NONE')).toBeUndefined();
  expect(await returned('UPDATED_OLD')).toEqual({ a: N(1), m: { M: { x: N(1), y: N(2) } } });
  expect(await returned('UPDATED_NEW')).toEqual({ a: N(9), b: N(9), m: { M: { x: N(9) } } });
  expect(await returned('ALL_OLD')).toEqual({ pk: S('x'), ...before });
  expect(await returned('ALL_NEW')).toEqual({ pk: S('x'), a: N(9), b: N(9), m: { M: { x: N(9) } }, untouched: S('u') });
});

test('updates that do not fit the item are refused and change nothing', async () => {
  const before = { n: N(1), s: S('text'), l: { L: [] } };
  const v = { ':v': N(1) };
  const cases: [string, object, string][] = [
    ['SET gone.x = :v', v, 'The document path provided in the update expression is invalid for update'],
    ['SET s[0] = :v', v, 'The document path provided in the update expression is invalid for update'],
    ['SET l.x = :v', v, 'The document path provided in the update expression is invalid for update'],
    ['SET a = gone + :v', v, 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET a = s + :v', v, 'An operand in the update expression has an incorrect data type'],
    ['ADD s :v', v, 'An operand in the update expression has an incorrect data type'],
    ['SET a = list_append(s, l), n = :v', v, 'An operand in the update expression has an incorrect data type'],
    [
      'SET pk = :v',
      v,
      'One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key',
    ],
  ];
  for (const [expression, values, reason] of cases) {
    expect(await message(before, expression, values)).toBe(`ValidationException: ${reason}`);
    expect((await db.call('GetItem', { TableName: 'Things', Key: { pk: S('x') } })).Item).toEqual({
      pk: S('x'),
      ...before,
    });
  }
});

test('malformed updates are refused in DynamoDB words', async () => {
  const values = { ':v': N(1), ':s': S('s'), ':l': { L: [] } };
  const cases: [string, string][] = [
    ['INVALID SYNTAX HERE', 'Syntax error; token: "INVALID", near: "INVALID SYNTAX"'],
    ['SET a = :v, ', 'Syntax error; token: "<EOF>", near: ","'],
    ['SET a :v', 'Syntax error; token: ":v", near: "a :v"'],
    ['ADD hits : incr', 'Syntax error; token: ":", near: "hits : incr"'],
    ['ADD a b', 'Syntax error; token: "b", near: "a b"'],
    ['SET a = b + c + :v', 'Syntax error; token: "+", near: "c + :v"'],
    ['SET a = :v SET b = :v', 'The "SET" section can only be used once in an update expression;'],
    ['', 'The expression can not be empty;'],
    [
      'SET a = :v, a = :v',
      'Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]',
    ],
    [
      'SET a.b = :v REMOVE a',
      'Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]',
    ],
    [
      'SET a.b = :v, a[0] = :v',
      'Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [0]]',
    ],
    ['SET name = :v', 'Attribute name is a reserved keyword; reserved keyword: name'],
    ['SET a = b + :s', 'Incorrect operand type for operator or function; operator or function: +, operand type: S'],
    ['ADD a :s', 'Incorrect operand type for operator or function; operator: ADD, operand type: STRING'],
    ['DELETE a :v', 'Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER'],
    [
      'SET a = list_append(b, :v)',
      'Incorrect operand type for operator or function; operator or function: list_append, operand type: N',
    ],
    [
      'SET a = if_not_exists(:v, :v)',
      'Operator or function requires a document path; operator or function: if_not_exists',
    ],
    [
      'SET a = if_not_exists(b)',
      'Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1',
    ],
    ['SET a = size(b)', 'The function is not allowed in an update expression; function: size'],
    ['SET a = foo(b)', 'Invalid function name; function: foo'],
    ['SET a = :gone', 'An expression attribute value used in expression is not defined; attribute value: :gone'],
  ];
  for (const [expression, reason] of cases) {
    expect(await message(undefined, expression, values)).toBe(
      `ValidationException: Invalid UpdateExpression: ${reason}`,
    );
  }
});

test('a sequence of updates leaves what a plain model of it leaves', async () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), name, from: name, by: fc.integer({ min: -5, max: 5 }) }),
    fc.record({ kind: fc.constant('add' as const), name, by: fc.integer({ min: -5, max: 5 }) }),
    fc.record({ kind: fc.constant('remove' as const), name }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async steps => {
      await db.call('DeleteItem', { TableName: 'Things', Key: { pk: S('x') } });
      const model: Record<string, number> = {};
      for (const one of steps) {
        if (one.kind === 'set') {
          await update(undefined, `SET ${one.name} = if_not_exists(${one.from}, :zero) + :by`, {
            ':zero': N(0),
            ':by': N(one.by),
          });
          model[one.name] = (model[one.from] ?? 0) + one.by;
        } else if (one.kind === 'add') {
          await update(undefined, `ADD ${one.name} :by`, { ':by': N(one.by) });
          model[one.name] = (model[one.name] ?? 0) + one.by;
        } else {
          await update(undefined, `REMOVE ${one.name}`);
          delete model[one.name];
        }
      }
      const { pk, ...rest } = (await db.call('GetItem', { TableName: 'Things', Key: { pk: S('x') } })).Item ?? {};
      expect(rest).toEqual(Object.fromEntries(Object.entries(model).map(([key, value]) => [key, N(value)])));
    }),
    { numRuns: 100 },
  );
});

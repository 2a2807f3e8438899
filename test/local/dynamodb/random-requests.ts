/** Random requests to two tables, as fast-check arbitraries: well-formed for the most part, some of them refused by DynamoDB. */
import fc from 'fast-check';
import type { JsonObject } from '../../../local/cloud/service.ts';

/** Key `pk` (S). */
export const SOLO = 'Solo';
/** Keys `pk` (S) and `sk` (N); global index `byG` on `a` (S), local index `byN` on `b` (N). */
export const PAIR = 'Pair';

export interface RandomRequest {
  readonly operation: string;
  readonly input: JsonObject;
}

export const TABLES: readonly JsonObject[] = [
  {
    TableName: SOLO,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  },
  {
    TableName: PAIR,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'N' },
      { AttributeName: 'a', AttributeType: 'S' },
      { AttributeName: 'b', AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byG',
        KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'byN',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'b', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  },
];

const text = fc.constantFrom('', 'x', 'xy', 'y', 'é', '\u{1f600}', 'X');
const number = fc.oneof(
  fc.constantFrom('0', '1', '2'),
  fc.integer({ min: -3, max: 12 }).map(String),
  fc.constantFrom(
    '0.1',
    '1e3',
    '-0',
    '1.50',
    '12345678901234567890123456789012345678',
    '1E-130',
    '9.9E+125',
    '.5',
    '00',
  ),
);
const binary = fc.constantFrom('', 'AA==', 'AAE=', '/w==');
const distinct = <T>(each: fc.Arbitrary<T>) => fc.uniqueArray(each, { minLength: 1, maxLength: 3 });
const scalar: fc.Arbitrary<JsonObject> = fc.oneof(
  text.map(S => ({ S })),
  number.map(N => ({ N })),
  binary.map(B => ({ B })),
  fc.boolean().map(BOOL => ({ BOOL })),
  fc.constant({ NULL: true }),
);
const set: fc.Arbitrary<JsonObject> = fc.oneof(
  distinct(fc.constantFrom('x', 'xy', 'y')).map(SS => ({ SS })),
  distinct(fc.constantFrom('1', '2', '0.5', '-3')).map(NS => ({ NS })),
  distinct(fc.constantFrom('AA==', '/w==')).map(BS => ({ BS })),
);
const flat = fc.oneof({ weight: 5, arbitrary: scalar }, { weight: 2, arbitrary: set });
const list = fc.array(flat, { maxLength: 3 }).map(L => ({ L }));
const map = fc.dictionary(fc.constantFrom('a', 'b', 'k'), fc.oneof(flat, list), { maxKeys: 3 }).map(M => ({ M }));
const value: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 6, arbitrary: flat },
  { weight: 2, arbitrary: list },
  { weight: 2, arbitrary: map },
);

const pk = fc.constantFrom('p', 'q').map(S => ({ S }));
const sk = fc.constantFrom('-1', '0', '1', '1.5', '20').map(N => ({ N }));
const table = fc.constantFrom(SOLO, PAIR);
const keyOf = (name: string): fc.Arbitrary<JsonObject> => (name === SOLO ? fc.record({ pk }) : fc.record({ pk, sk }));
const attributes = fc.record(
  {
    a: fc.oneof({ weight: 6, arbitrary: fc.constantFrom('x', 'y').map(S => ({ S })) }, { weight: 1, arbitrary: value }),
    b: fc.oneof({ weight: 6, arbitrary: number.map(N => ({ N })) }, { weight: 1, arbitrary: value }),
    c: value,
    l: list,
    m: map,
    name: value,
  },
  { requiredKeys: [] },
);
const itemOf = (name: string): fc.Arbitrary<JsonObject> =>
  fc.tuple(keyOf(name), attributes).map(([key, more]) => ({ ...more, ...key }));

/** An expression as text, with the values that it uses in place of `:?`. */
interface Draft {
  readonly text: string;
  readonly values: readonly JsonObject[];
}

const changeable = fc.constantFrom('a', 'b', 'c', 'l', 'm', '#n', 'l[0]', 'l[1]', 'm.k', 'm.a', 'c.b[0]', 'l[0].a');
const path = fc.oneof({ weight: 12, arbitrary: changeable }, { weight: 1, arbitrary: fc.constant('pk') });
const draftOf = (each: string): Draft => ({ text: each, values: [] });
const pathDraft: fc.Arbitrary<Draft> = path.map(draftOf);
const targetDraft: fc.Arbitrary<Draft> = changeable.map(draftOf);
const literal = (each: JsonObject): Draft => ({ text: ':?', values: [each] });
const valueDraft: fc.Arbitrary<Draft> = value.map(literal);
const numberDraft: fc.Arbitrary<Draft> = number.map(N => literal({ N }));
/** Of a type that has an order. */
const orderedDraft: fc.Arbitrary<Draft> = fc.oneof(
  numberDraft,
  text.map(S => literal({ S })),
  binary.map(B => literal({ B })),
);
/** Two of them, of one type. */
const orderedPair: fc.Arbitrary<readonly [Draft, Draft]> = fc.oneof(
  fc
    .tuple(fc.integer({ min: -3, max: 5 }), fc.nat(5))
    .map(([n, more]) => [literal({ N: String(n) }), literal({ N: String(n + more) })] as const),
  fc
    .tuple(fc.constantFrom('', 'x'), fc.constantFrom('xy', 'y', 'é'))
    .map(([l, u]) => [literal({ S: l }), literal({ S: u })] as const),
);
const joined = (pieces: readonly (Draft | string)[]): Draft => ({
  text: pieces.map(piece => (typeof piece === 'string' ? piece : piece.text)).join(''),
  values: pieces.flatMap(piece => (typeof piece === 'string' ? [] : piece.values)),
});

const operand: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 4, arbitrary: pathDraft },
  { weight: 4, arbitrary: valueDraft },
  { weight: 1, arbitrary: pathDraft.map(each => joined(['size(', each, ')'])) },
);
const ordered: fc.Arbitrary<Draft> = fc.oneof(
  pathDraft,
  orderedDraft,
  pathDraft.map(each => joined(['size(', each, ')'])),
);
const typeName = fc.constantFrom('S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M').map(S => ({ S }));
const comparator = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');
const likelyNumber: fc.Arbitrary<Draft> = fc.constantFrom('b', 'size(a)', 'size(l)', 'size(m)', 'l[0]').map(draftOf);
const test: fc.Arbitrary<Draft> = fc.oneof(
  fc.tuple(operand, fc.constantFrom('=', '<>'), operand).map(([l, c, r]) => joined([l, ` ${c} `, r])),
  fc.tuple(ordered, comparator, ordered).map(([l, c, r]) => joined([l, ` ${c} `, r])),
  fc
    .tuple(likelyNumber, comparator, fc.constantFrom('0', '1', '2'))
    .map(([l, c, N]) => joined([l, ` ${c} `, literal({ N })])),
  fc.tuple(comparator, fc.constantFrom('x', 'y')).map(([c, S]) => joined([`a ${c} `, literal({ S })])),
  fc.tuple(ordered, orderedPair).map(([o, [l, u]]) => joined([o, ' BETWEEN ', l, ' AND ', u])),
  fc
    .tuple(operand, fc.array(valueDraft, { minLength: 1, maxLength: 3 }))
    .map(([o, candidates]) =>
      joined([o, ' IN (', ...candidates.flatMap((each, index) => (index > 0 ? [', ', each] : [each])), ')']),
    ),
  fc
    .tuple(fc.constantFrom('attribute_exists', 'attribute_not_exists'), pathDraft)
    .map(([f, p]) => joined([`${f}(`, p, ')'])),
  fc.tuple(pathDraft, operand).map(([p, o]) => joined(['contains(', p, ', ', o, ')'])),
  fc.tuple(pathDraft, text).map(([p, S]) => joined(['begins_with(', p, ', ', literal({ S }), ')'])),
  fc.tuple(pathDraft, typeName).map(([p, type]) => joined(['attribute_type(', p, ', ', literal(type), ')'])),
);
const word = fc.constantFrom(' AND ', ' OR ');
const { condition } = fc.letrec<{ condition: Draft }>(tie => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: test },
    { weight: 1, arbitrary: fc.tuple(tie('condition'), word, tie('condition')).map(([l, o, r]) => joined([l, o, r])) },
    {
      weight: 1,
      arbitrary: fc.tuple(tie('condition'), word, tie('condition')).map(([l, o, r]) => joined(['(', l, o, r, ')'])),
    },
    { weight: 1, arbitrary: tie('condition').map(each => joined(['NOT ', each])) },
  ),
}));

const plain = fc.oneof({ weight: 2, arbitrary: pathDraft }, { weight: 3, arbitrary: valueDraft });
const numeric = fc.oneof(
  { weight: 2, arbitrary: fc.constant(draftOf('b')) },
  { weight: 3, arbitrary: numberDraft },
  { weight: 1, arbitrary: plain },
);
const listed = fc.oneof(
  { weight: 2, arbitrary: fc.constant(draftOf('l')) },
  { weight: 3, arbitrary: list.map(literal) },
  { weight: 1, arbitrary: plain },
);
const ifNotExists = (other: fc.Arbitrary<Draft>) =>
  fc.tuple(pathDraft, other).map(([p, o]) => joined(['if_not_exists(', p, ', ', o, ')']));
const addend = fc.oneof({ weight: 3, arbitrary: numeric }, { weight: 1, arbitrary: ifNotExists(numeric) });
const assigned: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 3, arbitrary: plain },
  { weight: 1, arbitrary: ifNotExists(plain) },
  {
    weight: 2,
    arbitrary: fc.tuple(addend, fc.constantFrom(' + ', ' - '), addend).map(([l, o, r]) => joined([l, o, r])),
  },
  { weight: 1, arbitrary: fc.tuple(listed, listed).map(([l, r]) => joined(['list_append(', l, ', ', r, ')'])) },
);
const clause = (word: string, each: fc.Arbitrary<Draft>): fc.Arbitrary<Draft> =>
  fc
    .array(each, { minLength: 1, maxLength: 2 })
    .map(all => joined([`${word} `, ...all.flatMap((one, index) => (index > 0 ? [', ', one] : [one]))]));
const added = fc.oneof(
  { weight: 3, arbitrary: numberDraft },
  { weight: 3, arbitrary: set.map(literal) },
  { weight: 1, arbitrary: plain },
);
const deleted = fc.oneof({ weight: 5, arbitrary: set.map(literal) }, { weight: 1, arbitrary: valueDraft });
const update: fc.Arbitrary<Draft> = fc
  .tuple(
    fc.option(
      clause(
        'SET',
        fc.tuple(targetDraft, assigned).map(([p, v]) => joined([p, ' = ', v])),
      ),
      { freq: 5 },
    ),
    fc.option(clause('REMOVE', targetDraft), { freq: 1 }),
    fc.option(
      clause(
        'ADD',
        fc.tuple(targetDraft, added).map(([p, v]) => joined([p, ' ', v])),
      ),
      { freq: 1 },
    ),
    fc.option(
      clause(
        'DELETE',
        fc.tuple(targetDraft, deleted).map(([p, v]) => joined([p, ' ', v])),
      ),
      { freq: 1 },
    ),
  )
  .map(clauses => {
    const given = clauses.flatMap(each => each ?? []);
    return joined(given.flatMap((each, index) => (index > 0 ? [' ', each] : [each])));
  })
  .filter(({ text: whole }) => whole !== '');

/** Expressions as members of a request, with their names and values. */
function expressions(drafts: Readonly<Record<string, Draft | undefined>>): JsonObject {
  const members: Record<string, string> = {};
  const values: Record<string, JsonObject> = {};
  let count = 0;
  for (const [member, draft] of Object.entries(drafts)) {
    if (!draft) continue;
    const first = count;
    for (const each of draft.values) values[`:v${count++}`] = each;
    let index = first;
    members[member] = draft.text.replaceAll(':?', () => `:v${index++}`);
  }
  const usesName = Object.values(members).some(member => member.includes('#n'));
  return {
    ...members,
    ...(usesName ? { ExpressionAttributeNames: { '#n': 'name' } } : {}),
    ...(count > 0 ? { ExpressionAttributeValues: values } : {}),
  };
}

const optional = <T>(each: fc.Arbitrary<T>) => fc.option(each, { nil: undefined, freq: 2 });
const returned = fc.constantFrom('NONE', 'ALL_OLD');
const onFailure = fc.constantFrom('NONE', 'ALL_OLD');
const projection: fc.Arbitrary<Draft> = fc
  .uniqueArray(path, { minLength: 1, maxLength: 3 })
  .map(paths => ({ text: paths.join(', '), values: [] }));

const put = table
  .chain(TableName =>
    fc.record({
      TableName: fc.constant(TableName),
      Item: itemOf(TableName),
      condition: optional(condition),
      ReturnValuesOnConditionCheckFailure: onFailure,
    }),
  )
  .map(({ condition: ConditionExpression, ...rest }) => ({ ...rest, ...expressions({ ConditionExpression }) }));
const remove = table
  .chain(TableName =>
    fc.record({
      TableName: fc.constant(TableName),
      Key: keyOf(TableName),
      condition: optional(condition),
      ReturnValuesOnConditionCheckFailure: onFailure,
    }),
  )
  .map(({ condition: ConditionExpression, ...rest }) => ({ ...rest, ...expressions({ ConditionExpression }) }));
const change = table
  .chain(TableName =>
    fc.record({
      TableName: fc.constant(TableName),
      Key: keyOf(TableName),
      update,
      condition: optional(condition),
      ReturnValuesOnConditionCheckFailure: onFailure,
    }),
  )
  .map(({ condition: ConditionExpression, update: UpdateExpression, ...rest }) => ({
    ...rest,
    ...expressions({ UpdateExpression, ConditionExpression }),
  }));
const check = table
  .chain(TableName =>
    fc.record({
      TableName: fc.constant(TableName),
      Key: keyOf(TableName),
      condition,
      ReturnValuesOnConditionCheckFailure: onFailure,
    }),
  )
  .map(({ condition: ConditionExpression, ...rest }) => ({ ...rest, ...expressions({ ConditionExpression }) }));

const request = (operation: string, input: fc.Arbitrary<JsonObject>): fc.Arbitrary<RandomRequest> =>
  input.map(each => ({ operation, input: each }));
const withReturned = (input: fc.Arbitrary<JsonObject>, values: fc.Arbitrary<string>) =>
  fc.tuple(input, values).map(([each, ReturnValues]) => ({ ...each, ReturnValues }));

const action = fc.oneof(
  put.map(Put => ({ Put })),
  remove.map(Delete => ({ Delete })),
  change.map(Update => ({ Update })),
  check.map(ConditionCheck => ({ ConditionCheck })),
);
const transaction = fc.array(action, { minLength: 1, maxLength: 4 }).map(TransactItems => ({ TransactItems }));

const batchEntry = (name: string) =>
  fc.oneof(
    itemOf(name).map(Item => ({ PutRequest: { Item } })),
    keyOf(name).map(Key => ({ DeleteRequest: { Key } })),
  );
const batch = table
  .chain(name => fc.array(batchEntry(name), { minLength: 1, maxLength: 4 }).map(entries => ({ [name]: entries })))
  .map(RequestItems => ({ RequestItems }));

const get = table
  .chain(TableName =>
    fc.record({ TableName: fc.constant(TableName), Key: keyOf(TableName), projection: optional(projection) }),
  )
  .map(({ projection: ProjectionExpression, ...rest }) => ({ ...rest, ...expressions({ ProjectionExpression }) }));

const rangeCondition: fc.Arbitrary<Draft> = fc.oneof(
  fc.tuple(fc.constantFrom('=', '<', '<=', '>', '>='), sk).map(([c, n]) => ({ text: `sk ${c} :?`, values: [n] })),
  fc.tuple(sk, sk).map(([l, u]) => ({ text: 'sk BETWEEN :? AND :?', values: [l, u] })),
);
const keyCondition: fc.Arbitrary<Draft> = fc
  .tuple(pk, optional(rangeCondition))
  .map(([p, range]) => joined([{ text: 'pk = :?', values: [p] }, ...(range ? [' AND ', range] : [])]));
const queryTable = fc
  .record({
    key: keyCondition,
    filter: optional(condition),
    projection: optional(projection),
    Limit: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    ScanIndexForward: fc.boolean(),
  })
  .map(({ key: KeyConditionExpression, filter: FilterExpression, projection: ProjectionExpression, ...rest }) => ({
    TableName: PAIR,
    ...rest,
    ...expressions({ KeyConditionExpression, FilterExpression, ProjectionExpression }),
  }));
const queryLocal = fc
  .record({ p: pk, filter: optional(condition), ScanIndexForward: fc.boolean() })
  .map(({ p, filter: FilterExpression, ...rest }) => ({
    TableName: PAIR,
    IndexName: 'byN',
    ...rest,
    ...expressions({ KeyConditionExpression: { text: 'pk = :?', values: [p] }, FilterExpression }),
  }));
const queryGlobal = fc.constantFrom('x', 'y').map(S => ({
  TableName: PAIR,
  IndexName: 'byG',
  ...expressions({ KeyConditionExpression: { text: 'a = :?', values: [{ S }] } }),
}));
const scan = table
  .chain(TableName =>
    fc.record({ TableName: fc.constant(TableName), filter: optional(condition), projection: optional(projection) }),
  )
  .map(({ filter: FilterExpression, projection: ProjectionExpression, ...rest }) => ({
    ...rest,
    ...expressions({ FilterExpression, ProjectionExpression }),
  }));

export const randomRequest: fc.Arbitrary<RandomRequest> = fc.oneof(
  { weight: 6, arbitrary: request('PutItem', withReturned(put, returned)) },
  { weight: 2, arbitrary: request('DeleteItem', withReturned(remove, returned)) },
  {
    weight: 8,
    arbitrary: request(
      'UpdateItem',
      withReturned(change, fc.constantFrom('NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW')),
    ),
  },
  { weight: 3, arbitrary: request('TransactWriteItems', transaction) },
  { weight: 2, arbitrary: request('BatchWriteItem', batch) },
  { weight: 2, arbitrary: request('GetItem', get) },
  { weight: 3, arbitrary: request('Query', queryTable) },
  { weight: 2, arbitrary: request('Query', queryLocal) },
  { weight: 1, arbitrary: request('Query', queryGlobal) },
  { weight: 3, arbitrary: request('Scan', scan) },
);

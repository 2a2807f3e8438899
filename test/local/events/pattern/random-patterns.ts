import fc from 'fast-check';

const LETTERS = ['a', 'b', 'A', 'B', 'ß', 'K', 'k', '\u212a', '😀'];
const ADDRESSES = ['10.0.0.1', '10.0.0.200', '10.200.0.1', '::1', '2001:db8::1', '0:0:0:0:0:ffff:10.0.0.1'];
const CIDRS = ['10.0.0.0/8', '10.0.0.0/9', '10.0.0.192/26', '0.0.0.0/0', '0.0.0.0/1', '::/16', '2001:db8::/45'];
const NUMBERS = [0, -0, 1, 2, 3, 5, 8, -2.5, 300, 1.5, 5e9, 12345678901234567000];
const RANGES = [
  ['>', 0],
  ['<=', 1],
  ['>=', -3, '<', 300],
  ['>', 1, '<=', 3],
  ['>=', 2, '<=', 2.5],
  ['=', 3],
  ['<', 8],
];

/** Few short texts most of the time, so that values are often what a rule asks for. */
const text = fc.oneof(
  { arbitrary: fc.constantFrom('a', 'b', 'ab', 'A', ''), weight: 4 },
  { arbitrary: fc.array(fc.constantFrom(...LETTERS), { maxLength: 5 }).map(letters => letters.join('')), weight: 2 },
  { arbitrary: fc.constantFrom(...ADDRESSES), weight: 1 },
);
const someText = text.filter(value => value !== '');
const number = fc.constantFrom(...NUMBERS);
const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null));
/** Stars are never neighbours, and there are few of them: other patterns are refused. */
const wildcard = fc.array(someText, { maxLength: 3 }).chain(literals =>
  fc.record({ start: fc.boolean(), end: fc.boolean() }).map(({ start, end }) => {
    return `${start ? '*' : ''}${literals.join('*')}${end && (literals.length > 0 || !start) ? '*' : ''}`;
  }),
);
const many = <Value>(one: fc.Arbitrary<Value>) => fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 3 }));
const caseless = fc.record({ 'equals-ignore-case': text });
const range = fc.oneof(
  fc.constantFrom<unknown[]>(...RANGES),
  fc
    .tuple(fc.integer({ min: -4, max: 9 }), fc.integer({ min: 1, max: 6 }), fc.boolean(), fc.boolean())
    .map(range => rangeFrom(range)),
);

/** One entry of a field's list: every kind that there is. */
const matcher = fc.oneof(
  scalar,
  caseless,
  fc.record({ prefix: fc.oneof(text, caseless) }),
  fc.record({ suffix: fc.oneof(text, caseless) }),
  fc.record({ wildcard }),
  fc.record({ numeric: range }),
  fc.record({ cidr: fc.constantFrom(...CIDRS) }),
  fc.record({ exists: fc.boolean() }),
  fc.record({ 'anything-but': fc.oneof(many(text), many(number)) }),
  fc.record({ 'anything-but': fc.record({ prefix: many(someText) }) }),
  fc.record({ 'anything-but': fc.record({ suffix: many(someText) }) }),
  fc.record({ 'anything-but': fc.record({ wildcard: many(wildcard) }) }),
  fc.record({ 'anything-but': fc.record({ 'equals-ignore-case': many(text) }) }),
);
const matchers = fc.array(matcher, { minLength: 1, maxLength: 2 });
const name = fc.constantFrom('a', 'b');
const members = (depth: 0 | 1): fc.Arbitrary<object> =>
  fc.dictionary(name, depth === 0 ? matchers : fc.oneof(matchers, members(0)), { minKeys: 1 });

/** An event pattern as JSON; a few that are random are refused as too complex. */
export const patternJson = fc.oneof(
  { arbitrary: members(1), weight: 4 },
  {
    arbitrary: fc.record({ $or: fc.array(members(1), { minLength: 2, maxLength: 3 }) }),
    weight: 1,
  },
  {
    arbitrary: fc.record({ c: matchers, $or: fc.array(members(1), { minLength: 2, maxLength: 3 }) }),
    weight: 1,
  },
);

const flat = fc.dictionary(fc.constantFrom('a', 'b'), fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })));
const nested = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    { arbitrary: scalar, weight: 3 },
    { arbitrary: fc.dictionary(fc.constantFrom('a', 'b', 'a.b'), tie('value'), { maxKeys: 3 }), weight: 2 },
    { arbitrary: fc.array(tie('value'), { maxLength: 3 }), weight: 2 },
  ),
})).value;

/** An event as JSON, with objects, arrays and arrays of objects in each other. */
export const eventJson = fc.dictionary(
  fc.constantFrom('a', 'b', 'c'),
  fc.oneof(scalar, flat, fc.array(flat, { maxLength: 3 }), nested),
  { maxKeys: 3 },
);

function rangeFrom([bottom, width, openBottom, openTop]: [number, number, boolean, boolean]): unknown[] {
  return [openBottom ? '>' : '>=', bottom, openTop ? '<' : '<=', bottom + width];
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateJsonPath } from '../../../local/services/states/json-path/evaluate-json-path.ts';
import { parseJsonPath } from '../../../local/services/states/json-path/parse-json-path.ts';
import { putAtReferencePath } from '../../../local/services/states/json-path/reference-path.ts';

const SHOP = {
  books: [
    { title: 'A', price: 5, tags: ['x', 'y'], sold: true },
    { title: 'B', price: 15, tags: [] },
    { title: 'C', price: 25, tags: ['y'], meta: { price: 1 } },
  ],
  limit: 10,
  'odd name': { 'a.b': 1, "it's": 2 },
};

const read = (path: string, data: unknown = SHOP) => evaluateJsonPath(parseJsonPath(path), data);

describe('A JSONPath', () => {
  it.each([
    ['$', SHOP],
    ['$.limit', 10],
    ['$.books[0].title', 'A'],
    ['$.books[-1].title', 'C'],
    ["$['odd name']['a.b']", 1],
    ["$['odd name']['it\\'s']", 2],
    ['$.books[*].title', ['A', 'B', 'C']],
    ['$.books[0,2].title', ['A', 'C']],
    ['$.books[1:].title', ['B', 'C']],
    ['$.books[:-1].title', ['A', 'B']],
    ['$.books[?(@.price > 10)].title', ['B', 'C']],
    ['$.books[?(@.price < $.limit)].title', ['A']],
    ['$.books[?(@.sold)].title', ['A']],
    ['$.books[?(!@.sold)].title', ['B', 'C']],
    ["$.books[?(@.title == 'A' || @.price == 25)].title", ['A', 'C']],
    ["$.books[?(@.title in ['B', 'C'] && @.price >= 20)].title", ['C']],
    ['$.books[?(@.title =~ /[ab]/i)].title', ['A', 'B']],
    ["$.books[?(@.tags contains 'y')].title", ['A', 'C']],
    ['$..price', [5, 15, 25, 1]],
    ['$.books.length()', 3],
    ['$.books[*].price.sum()', 45],
    ['$.nothing[*]', []],
    ['$.books[?(@.price > 99)]', []],
  ])('%s', (path, expected) => {
    expect(read(path)).toEqual(expected);
  });

  it.each([
    ['$.none', "No results for path: $['none']"],
    ['$.none.deep', "Missing property in path $['none']"],
    ['$.books[9]', "No results for path: $['books'][9]"],
    ['$.limit.x', "No results for path: $['limit']['x']"],
  ])('%s leads nowhere', (path, message) => {
    expect(() => read(path)).toThrow(message);
  });

  it.each(['$.', '$[', '$[?(@.x', '$.a b', "$['a'", '.a', '$..', '$[a]', '$.a[1'])('%s is refused', path => {
    expect(() => parseJsonPath(path)).toThrow();
  });

  it('finds under any member name what is there', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.jsonValue(), (name, value) => {
        fc.pre(!name.includes('\\'));
        const path = `$['${name.replaceAll("'", "\\'")}']`;
        expect(read(path, JSON.parse(JSON.stringify({ [name]: value })))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('reads back what was put at a reference path, and leaves everything else alone', () => {
    const name = fc.stringMatching(/^[a-z]{1,4}$/);
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), fc.integer(), (names, value) => {
        const path = parseJsonPath(`$.${names.join('.')}`);
        const before = { untouched: 1 };
        const after = putAtReferencePath(before, path, value) as typeof before;
        expect(evaluateJsonPath(path, after)).toBe(value);
        expect(before).toEqual({ untouched: 1 });
        if (names[0] !== 'untouched') expect(after.untouched).toBe(1);
      }),
    );
  });
});

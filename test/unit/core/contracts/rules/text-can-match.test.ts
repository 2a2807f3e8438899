import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOfPattern } from '../../../../../core/contracts/fake/text-of-pattern.ts';
import type { TextTest } from '../../../../../core/contracts/rules/matcher.ts';
import { testHolds } from '../../../../../core/contracts/rules/matcher-holds.ts';
import { textCanMatch } from '../../../../../core/contracts/rules/text-can-match.ts';
import { parseWildcard } from '../../../../../core/contracts/rules/wildcard.ts';
import { seededRandom } from '../../../../../core/index.ts';

function test(operator: TextTest['operator'], text: string, ignoreCase = operator === 'equals-ignore-case'): TextTest {
  const parsed = parseWildcard(text);
  return { operator, text, ignoreCase, ...(operator === 'wildcard' && 'literals' in parsed && { wildcard: parsed }) };
}

describe('textCanMatch', () => {
  it.each<readonly [pattern: string, TextTest, boolean]>([
    ['^[A-Z]{3}$', test('prefix', 'EU'), true],
    ['^[A-Z]{3}$', test('prefix', 'eu'), false],
    ['^[A-Z]{3}$', test('prefix', 'eu', true), true],
    ['^[A-Z]{3}$', test('prefix', 'EURO'), false],
    ['^[A-Z]{3}$', test('suffix', 'R'), true],
    ['^[A-Z]{3}$', test('equals-ignore-case', 'eur'), true],
    ['^[A-Z]{3}$', test('equals-ignore-case', 'euro'), false],
    ['^[A-Z]{3}$', test('wildcard', 'E*R'), true],
    ['^[A-Z]{3}$', test('wildcard', 'E*-*R'), false],
    ['^\\d{4}-\\d{2}-\\d{2}$', test('prefix', '2026-0'), true],
    ['^\\d{4}-\\d{2}-\\d{2}$', test('prefix', '2026/'), false],
    ['^(card|invoice)$', test('prefix', 'inv'), true],
    ['^(card|invoice)$', test('suffix', 'oice!'), false],
    ['^a+b?$', test('wildcard', 'aa*b'), true],
    ['^a+b?$', test('wildcard', 'ab*b'), false],
    ['x', test('prefix', 'anything'), true],
    ['x$', test('suffix', 'y'), false],
    ['^(?=a)', test('prefix', 'b'), true],
  ])('of %s and %o is %s', (pattern, asked, expected) => {
    expect(textCanMatch(pattern, asked)).toBe(expected);
  });

  it('denies nothing that a text of the expression meets', () => {
    const piece = fc.constantFrom('a', '[ab]', '[^a]', '\\d', '(a|bc)', '(?:ab)', '\\.', 'x');
    const quantified = fc
      .tuple(piece, fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,3}', '{2,}'))
      .map(all => all.join(''));
    const pattern = fc
      .tuple(fc.boolean(), fc.array(quantified, { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([start, pieces, end]) => `${start ? '^' : ''}${pieces.join('')}${end ? '$' : ''}`);
    const operator = fc.constantFrom('prefix', 'suffix', 'equals-ignore-case', 'wildcard');
    const asked = fc
      .tuple(operator, fc.array(fc.constantFrom('a', 'b', 'c', '1', '.', 'x', 'A'), { maxLength: 4 }), fc.boolean())
      .map(([name, letters, ignoring]) => {
        const text = name === 'wildcard' ? letters.join('*') : letters.join('');
        return test(
          name as TextTest['operator'],
          text,
          name === 'equals-ignore-case' || (name !== 'wildcard' && ignoring),
        );
      });
    let denied = 0;
    fc.assert(
      fc.property(pattern, asked, fc.nat(), (expression, each, seed) => {
        const random = seededRandom(seed);
        const texts = Array.from({ length: 20 }, () => textOfPattern(expression)?.(random) ?? '');
        const matching = texts.filter(text => new RegExp(expression, 'u').test(text));
        if (textCanMatch(expression, each)) return;
        denied++;
        expect(
          matching.find(text => testHolds(each, text)),
          expression,
        ).toBeUndefined();
      }),
      { numRuns: 600 },
    );
    expect(denied).toBeGreaterThan(100);
  });
});

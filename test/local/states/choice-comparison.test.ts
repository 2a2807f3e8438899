import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBy } from '../../../local/services/states/states/choice-comparison.ts';

describe('compareBy', () => {
  it('StringMatches: a pattern without wildcards matches itself and nothing else', () => {
    const literal = (text: string) => text.replace(/[\\*]/g, '\\$&');
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, other) => {
        expect(compareBy('StringMatches', text, literal(text))).toBe(true);
        expect(compareBy('StringMatches', other, literal(text))).toBe(other === text);
      }),
    );
  });

  it('StringMatches: a wildcard stands for any text, line ends included', () => {
    fc.assert(
      fc.property(fc.string(), middle => {
        expect(compareBy('StringMatches', `log-${middle}.txt`, 'log-*.txt')).toBe(true);
      }),
    );
  });

  it('never matches a value of another kind', () => {
    const operators = ['StringEquals', 'NumericEquals', 'BooleanEquals', 'TimestampEquals', 'NumericLessThan'];
    for (const operator of operators) expect(compareBy(operator, null, null)).toBe(false);
    expect(compareBy('NumericEquals', '1', 1)).toBe(false);
    expect(compareBy('StringEquals', 1, '1')).toBe(false);
  });

  it('compares timestamps as moments, whatever their offset', () => {
    expect(compareBy('TimestampEquals', '2026-01-01T12:00:00Z', '2026-01-01T13:00:00+01:00')).toBe(true);
    expect(compareBy('TimestampLessThan', '2026-01-01T12:00:00.5Z', '2026-01-01T12:00:00.6Z')).toBe(true);
    expect(compareBy('IsTimestamp', '2026-02-30T12:00:00Z', true)).toBe(false);
  });
});

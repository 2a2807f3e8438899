import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonErrorPosition } from '../../../../core/index.ts';

describe('jsonErrorPosition', () => {
  it.each([
    ['', 0],
    ['{', 1],
    ['{"a":1,}', 7],
    ['[1,]', 3],
    ['{"a" 1}', 5],
    ['[1 2]', 3],
    ['{"a":tru}', 5],
    ['[01]', 2],
    ["{'a':1}", 1],
    ['{"a":"\n"}', 5],
    ['1 1', 2],
    ['[1}', 2],
    ['"\\x"', 0],
  ])('finds the error of %j at offset %i', (text, offset) => {
    expect(jsonErrorPosition(text)?.offset).toBe(offset);
  });

  it('counts lines and columns from 1', () => {
    expect(jsonErrorPosition('{\n  "a": 1,\n  b: 2\n}')).toEqual({ offset: 14, line: 3, column: 3 });
  });

  it('finds nothing in any JSON, however it is laid out', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(3), (text, indent) => {
        expect(jsonErrorPosition(JSON.stringify(JSON.parse(text), undefined, indent))).toBeUndefined();
      }),
    );
  });

  it('agrees with JSON.parse on damaged texts', () => {
    const damaged = fc.tuple(fc.json(), fc.nat(60), fc.constantFrom('', ',', '}', '"', 'x', '[', ':', '1'));
    fc.assert(
      fc.property(damaged, ([text, at, patch]) => {
        const changed = text.slice(0, at) + patch + text.slice(at + 1);
        expect(jsonErrorPosition(changed) === undefined).toBe(isJson(changed));
      }),
      { numRuns: 2000 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexBytes } from '../../../../core/events/hex-digits.ts';

/** The plain way: all eight digits, then a part of them. */
function plain(word: number, first: number, end: number): string {
  return (word >>> 0)
    .toString(16)
    .padStart(8, '0')
    .slice(2 * first, 2 * end);
}

describe('hexBytes', () => {
  it('gives what formatting and padding gives, for every word and every part of it', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(4), fc.nat(4), (word, first, end) => {
        expect(hexBytes(word, first, end)).toBe(plain(word, Math.min(first, end), end).repeat(first < end ? 1 : 0));
      }),
    );
  });

  it('keeps leading zeros, and takes words with and without a sign alike', () => {
    expect(hexBytes(0, 0, 4)).toBe('00000000');
    expect(hexBytes(1, 0, 4)).toBe('00000001');
    expect(hexBytes(-1, 0, 4)).toBe('ffffffff');
    expect(hexBytes(0xdeadbeef, 0, 4)).toBe('deadbeef');
    expect(hexBytes(0xdeadbeef | 0, 1, 3)).toBe('adbe');
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addNumbers,
  canonicalNumber,
  compareNumbers,
  numberSizeBytes,
  orderedNumber,
  subtractNumbers,
} from '../../../local/services/dynamodb/values/decimal.ts';

/** Decimals of up to 19 digits before and after the point, so that sums fit in 38 digits. */
const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.integer({ min: 0, max: 18 }))
  .map(([coefficient, places]) => ({ coefficient, places, text: written(coefficient, places) }));

function written(coefficient: bigint, places: number): string {
  const digits = String(coefficient < 0n ? -coefficient : coefficient).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  return `${coefficient < 0n ? '-' : ''}${whole}${places > 0 ? `.${digits.slice(-places)}` : ''}`;
}

/** The value times 10^18, exactly. */
const scaled = ({ coefficient, places }: { coefficient: bigint; places: number }) =>
  coefficient * 10n ** BigInt(18 - places);

const asScaled = (text: string) => {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const magnitude = BigInt(whole + fraction.padEnd(18, '0'));
  return text.startsWith('-') ? -magnitude : magnitude;
};

test('addNumbers and subtractNumbers are exact', () => {
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      const [x, y] = [canonicalNumber(a.text), canonicalNumber(b.text)];
      expect(asScaled(addNumbers(x, y))).toBe(scaled(a) + scaled(b));
      expect(asScaled(subtractNumbers(x, y))).toBe(scaled(a) - scaled(b));
    }),
  );
});

test('compareNumbers and orderedNumber order numbers by value, and equal numbers are equal text', () => {
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      const expected = scaled(a) < scaled(b) ? -1 : scaled(a) > scaled(b) ? 1 : 0;
      const [x, y] = [canonicalNumber(a.text), canonicalNumber(b.text)];
      expect(Math.sign(compareNumbers(x, y))).toBe(expected);
      const [keyX, keyY] = [orderedNumber(x), orderedNumber(y)];
      expect(keyX < keyY ? -1 : keyX > keyY ? 1 : 0).toBe(expected);
      expect(x === y).toBe(expected === 0);
    }),
  );
});

test('canonicalNumber writes numbers in full, without superfluous zeros', () => {
  const written = ['0042.1200', '1E3', '1.5e-3', '-0', '0.0', '+7', '-1.0E+1', '.5', '5.', '100'];
  const expected = ['42.12', '1000', '0.0015', '0', '0', '7', '-10', '0.5', '5', '100'];
  expect(written.map(canonicalNumber)).toEqual(expected);
  expect(canonicalNumber('1E125')).toBe(`1${'0'.repeat(125)}`);
});

test('canonicalNumber refuses what DynamoDB cannot hold, in its words', () => {
  const refused = (text: string) => () => canonicalNumber(text);
  expect(refused('1E126')).toThrow('Number overflow. Attempting to store a number with magnitude larger than');
  expect(refused('1E-131')).toThrow('Number underflow. Attempting to store a number with magnitude smaller than');
  expect(refused('1'.repeat(39))).toThrow('Attempting to store more than 38 significant digits in a Number');
  expect(refused('abc')).toThrow('The parameter cannot be converted to a numeric value: abc');
  expect(refused('')).toThrow(/^The parameter cannot be converted to a numeric value$/);
  expect(refused('1e999999999')).toThrow('Number overflow');
  for (const text of ['NaN', 'Infinity', '0x10', '1_000', '.', '-', ' 1', '1 ', '1e', '--1']) {
    expect(refused(text), text).toThrow('cannot be converted');
  }
});

test('addNumbers refuses a sum of more than 38 digits', () => {
  expect(() => addNumbers('1', `0.${'0'.repeat(37)}1`)).toThrow('38 significant digits');
  expect(addNumbers('9'.repeat(38), '0')).toBe('9'.repeat(38));
  expect(addNumbers('999999999999999', '1')).toBe('1000000000000000');
  expect(subtractNumbers('5', '5')).toBe('0');
});

test('numberSizeBytes counts digit pairs on both sides of the point, and the sign', () => {
  const sizes = { '0': 1, '42': 2, '123': 3, '-42': 3, '3.14159': 5, '123456': 4, '100': 2, '0.001': 2 };
  for (const [text, size] of Object.entries(sizes)) expect(numberSizeBytes(text), text).toBe(size);
  expect(numberSizeBytes(canonicalNumber('1E125'))).toBe(2);
});

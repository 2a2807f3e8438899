import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventIdBits, ulidOf } from '../../../../core/events/event-id.ts';
import { derivedId, eventIdKey, isEventId, newUlid, seededRandom } from '../../../../core/index.ts';

const bits = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });

describe('event ids', () => {
  it('are ULIDs in Crockford letters or version 7 UUIDs, in either case', () => {
    expect(isEventId('01JF3Z8Q6W9X5V4T3S2R1Q0P9N')).toBe(true);
    expect(isEventId('01jf3z8q6w9x5v4t3s2r1q0p9n')).toBe(true);
    expect(isEventId('018f3e2a-7b1c-7def-8123-456789abcdef')).toBe(true);
    expect(isEventId('01JF3Z8Q6W9X5V4T3S2R1Q0P9U')).toBe(false);
    expect(isEventId('')).toBe(false);
  });

  it('are what the two spellings allow, character by character', () => {
    const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
    const character = fc.constantFrom(...'07894aAfFgGiIlLoOuUzZ-_ :/@[`{', '\0', 'é', 'ı', '\u212a', '😀');
    const given = fc.constantFrom('01JF3Z8Q6W9X5V4T3S2R1Q0P9N', '018f3e2a-7b1c-7def-8123-456789abcdef');
    const changed = fc.tuple(given, fc.nat(36), character, fc.boolean()).map(([id, at, by, isAdded]) => {
      return id.slice(0, at) + by + id.slice(isAdded ? at : at + by.length);
    });
    fc.assert(
      fc.property(changed, id => isEventId(id) === (ulid.test(id) || uuid.test(id))),
      { numRuns: 3000 },
    );
  });

  it('keep all 128 bits through ULID spelling', () => {
    fc.assert(fc.property(bits, value => eventIdBits(ulidOf(value)) === value));
  });

  it('are the same id in both spellings of the same bits', () => {
    const uuid = '018f3e2a-7b1c-7def-8123-456789abcdef';
    expect(eventIdKey(ulidOf(eventIdBits(uuid)))).toBe(eventIdKey(uuid));
    expect(eventIdKey(uuid.toUpperCase())).toBe(eventIdKey(uuid));
  });

  it('newUlid begins with the moment, so that ids sort by time', () => {
    const random = seededRandom(1);
    expect(newUlid(1_000, random) < newUlid(2_000, random)).toBe(true);
    expect(isEventId(newUlid(Date.UTC(2026, 2, 1), random))).toBe(true);
  });
});

describe('derivedId', () => {
  it('is the same for the same cause and label, and another for another label', () => {
    const cause = '01JF3Z8Q6W9X5V4T3S2R1Q0P9N';
    expect(derivedId(cause, 'a')).toBe(derivedId(cause, 'a'));
    expect(derivedId(cause, 'a')).not.toBe(derivedId(cause, 'b'));
    expect(derivedId(cause, 'a')).not.toBe(cause);
    expect(isEventId(derivedId(cause, 'a'))).toBe(true);
  });

  it('never gives two causes the same id under one label', () => {
    const pair = fc.tuple(bits, bits).filter(([a, b]) => a !== b);
    fc.assert(fc.property(pair, ([a, b]) => derivedId(ulidOf(a), 'x') !== derivedId(ulidOf(b), 'x')));
  });

  it('keeps the time of the cause', () => {
    const cause = newUlid(1_700_000_000_000, seededRandom(2));
    expect(derivedId(cause, 'x').slice(0, 10)).toBe(cause.slice(0, 10));
  });
});

import { describe, expect, it } from 'vitest';
import { type Delivery, fateByRows, type IdempotencyRow, type KnownFate } from '../../../../core/index.ts';

const delivery: Delivery = { id: 'e', fingerprint: 'f', sequence: '7', acceptance: 'first' };
const row = { ...delivery, writer: 'w', expiresAtMs: 9 };
const completed: IdempotencyRow = { ...row, status: 'completed' };

describe('fateByRows', () => {
  it.each<readonly [what: string, found: IdempotencyRow | undefined, fate: KnownFate]>([
    ['nobody remembers the event', undefined, 'waiting'],
    ['it took effect', completed, 'taken'],
    ['a copy of the same acceptance took effect', { ...completed, sequence: '5' }, 'taken'],
    ['it was refused for good', { ...row, status: 'refused', reason: 'no' }, 'refused'],
    ['its id stands for another content', { ...completed, fingerprint: 'g', sequence: '5' }, 'refused'],
    ['its call is under way', { ...row, status: 'claimed', leaseUntilMs: 5 }, 'waiting'],
    ['it is on its way to the lane', { ...row, status: 'parked', reason: 'no' }, 'waiting'],
  ])('says of a record, when %s: %s', (_, found, fate) => {
    expect(fateByRows(delivery, { row: found, sighting: undefined })).toBe(fate);
  });

  it('tells a copy of what was refused from the first, which is in the quarantine', () => {
    const other: IdempotencyRow = { ...completed, fingerprint: 'g', sequence: '5' };
    expect(fateByRows(delivery, { row: other, sighting: completed })).toBe('refused');
    expect(fateByRows(delivery, { row: other, sighting: { ...completed, sequence: '6' } })).toBe('taken');
  });

  it('says of a further acceptance whether it was seen', () => {
    const earlier: IdempotencyRow = { ...completed, sequence: '5', acceptance: 'another' };
    expect(fateByRows(delivery, { row: earlier, sighting: earlier })).toBe('taken');
    expect(fateByRows(delivery, { row: earlier, sighting: undefined })).toBe('waiting');
  });
});

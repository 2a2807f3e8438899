/** Kinesis takes records and nobody hears of it: they are sent again, and the accounts are exact nevertheless. */
import { expect, test, vi } from 'vitest';
import { accounts, withFaults } from './faulty-platform.ts';

vi.setConfig({ testTimeout: 120_000 });

test('every second answer of PutRecords is lost: accepted = applied + duplicate + quarantined + parked, and sales are exact', async () => {
  const match = { operation: 'PutRecords' };
  const lost = { name: 'lost', match, when: { skip: 1, every: 2 }, fault: { kind: 'fail-after' } } as const;
  await withFaults([lost], async faulty => {
    const sent = await faulty.sendVisits({ visitors: 60, invalid: 5 });
    expect(faulty.struck('lost')).toBeGreaterThan(1);
    const { counts } = await faulty.rest();
    const { applied, duplicates, quarantined } = sent;
    const accepted = applied + duplicates + quarantined;
    expect(accounts(await faulty.flow())).toEqual({ accepted, applied, duplicates, quarantined, parked: 0 });
    expect(counts.drained).toBe(counts.overflowed);
    const { found, expected } = await faulty.sales(sent.purchases);
    expect(found).toEqual(expected);
    expect(await faulty.deadLetters()).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  acknowledged,
  hundredRecords,
  type Invocation,
  type Mapping,
  type Put,
  poisonPill,
  RECORDS_PER_SHARD,
  SHARDS,
} from './poison-pill-fixture.ts';

/** Longer than all retries of ten poison pills in a row. */
const PATIENCE_MS = 5 * 60_000;
const MOST_PILLS = 10;

const mappings: fc.Arbitrary<Mapping> = fc.record({
  bisect: fc.boolean(),
  partial: fc.boolean(),
  factor: fc.constantFrom(1, 2, 10),
  batchSize: fc.constantFrom(1, 4, 25, 100),
  failure: fc.constantFrom('throw', 'report'),
});

const pills = fc.uniqueArray(
  fc.record({ shard: fc.nat({ max: SHARDS - 1 }), index: fc.nat({ max: RECORDS_PER_SHARD - 1 }) }),
  { maxLength: MOST_PILLS, selector: ({ shard, index }) => `${shard} ${index}` },
);

async function workOff(mapping: Mapping, records: readonly Put[]) {
  const pill = await poisonPill(mapping);
  try {
    await pill.put(records);
    await pill.map();
    await pill.clock.advance(PATIENCE_MS);
    return { invocations: pill.invocations, failures: await pill.failures() };
  } finally {
    await pill.cloud.close();
  }
}

function isSame(a: Put): (b: Put) => boolean {
  return b => a.shard === b.shard && a.index === b.index;
}

/** The invocation after which a record was out of the way: done, or given up and never delivered again. */
function endOf(record: Put, invocations: readonly Invocation[]): number {
  const done = invocations.findIndex(invocation => acknowledged(invocation).some(isSame(record)));
  return done >= 0 ? done : invocations.findLastIndex(({ records }) => records.some(isSame(record)));
}

describe('Any number of poison pills', () => {
  it('every record is done once or given up, each key in its order', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(mappings, pills, async (mapping, bad) => {
        // a report to a mapping that does not read reports is an answer like any other
        const understood = mapping.partial || mapping.failure === 'throw';
        const records = hundredRecords(understood ? bad : []);
        const { invocations, failures } = await workOff(mapping, records);
        const done = invocations.flatMap(acknowledged);
        const batchSizes = failures.map(({ KinesisBatchInfo: info }) => (info as { batchSize: number }).batchSize);
        const givenUp = batchSizes.reduce((sum, size) => sum + size, 0);
        expect(done.filter(({ poison }) => poison)).toEqual([]);
        expect(done.filter((record, at) => done.findIndex(isSame(record)) !== at)).toEqual([]);
        expect(done.length + givenUp).toBe(records.length);
        if (mapping.bisect || mapping.batchSize === 1) {
          expect(givenUp).toBe(records.filter(({ poison }) => poison).length);
        }
        for (const key of new Set(records.map(record => record.key))) {
          const ends = records.filter(record => record.key === key).map(record => endOf(record, invocations));
          expect(ends).toEqual(ends.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 40 },
    );
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evenKeys, type KeySpread, skewedKeys } from '../../../../core/capacity/key-spread.ts';
import { predict } from '../../../../core/capacity/predict.ts';
import { configurationOf, traceOf } from './capacity-fixture.ts';

const RUNS = { numRuns: 60 };

const trace = fc
  .array(
    fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 6000 }), fc.integer({ min: 1, max: 60_000 })),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map(stretches => traceOf(...stretches));

const keys: fc.Arbitrary<KeySpread> = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 20_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([n, hot]) => evenKeys(n, hot)),
  fc
    .tuple(fc.integer({ min: 2, max: 5000 }), fc.double({ min: 0.1, max: 2, noNaN: true }))
    .map(([n, s]) => skewedKeys(n, s)),
);

const configuration = fc
  .record({
    stream: fc.record({
      mode: fc.constantFrom('provisioned' as const, 'on-demand' as const),
      shards: fc.integer({ min: 1, max: 6 }),
    }),
    mapping: fc.record({
      batchSize: fc.integer({ min: 1, max: 2000 }),
      windowMs: fc.constantFrom(0, 1000, 5000),
      parallelization: fc.integer({ min: 1, max: 10 }),
      readers: fc.integer({ min: 1, max: 6 }),
      fanOut: fc.boolean(),
    }),
    function: fc.record({
      concurrency: fc.integer({ min: 1, max: 50 }),
      perBatchMs: fc.integer({ min: 0, max: 500 }),
      perEventMs: fc.double({ min: 0, max: 20, noNaN: true }),
      coldStartMs: fc.integer({ min: 0, max: 5000 }),
    }),
    table: fc.option(
      fc.record({
        mode: fc.constantFrom('provisioned' as const, 'on-demand' as const),
        writeUnits: fc.integer({ min: 10, max: 5000 }),
        writesPer: fc.constantFrom('key' as const, 'event' as const),
      }),
      { nil: undefined },
    ),
  })
  .map(({ table, ...rest }) => configurationOf({ ...rest, ...(table && { table }) }));

test('predict conserves records: arrived = accepted + throttled, accepted = processed + backlog', () => {
  fc.assert(
    fc.property(trace, keys, configuration, (sliced, spread, chosen) => {
      const { records, curve, reads } = predict({ trace: sliced, keys: spread }, chosen);
      const arrived = sliced.slices.reduce((sum, { count }) => sum + count, 0);
      expect(records.arrived).toBe(arrived);
      expect(records.accepted + records.throttled).toBe(arrived);
      expect(records.processed + records.backlog).toBe(records.accepted);
      expect(curve.reduce((sum, point) => sum + point.arrived, 0)).toBe(arrived);
      expect(curve.reduce((sum, point) => sum + point.throttled, 0)).toBe(records.throttled);
      expect(Number.isFinite(reads.bytes)).toBe(true);
    }),
    RUNS,
  );
});

test('predict gives the same prediction for the same input', () => {
  fc.assert(
    fc.property(trace, keys, configuration, (sliced, spread, chosen) => {
      const workload = { trace: sliced, keys: spread };
      expect(predict(workload, chosen)).toEqual(predict(workload, chosen));
    }),
    { numRuns: 15 },
  );
});

test('predict keeps within the limits: batch size, concurrency, read calls, write rate of a shard', () => {
  fc.assert(
    fc.property(trace, keys, configuration, (sliced, spread, chosen) => {
      const { mapping, stream } = chosen;
      const prediction = predict({ trace: sliced, keys: spread }, chosen);
      expect(prediction.invocations.largestBatch).toBeLessThanOrEqual(mapping.batchSize);
      expect(prediction.concurrency.highest).toBeLessThanOrEqual(
        Math.min(chosen.function.concurrency, stream.shards * mapping.parallelization),
      );
      const mostAccepted = stream.shards * 1000 * (prediction.seconds + 1);
      expect(prediction.records.accepted).toBeLessThanOrEqual(mostAccepted);
      if (!mapping.fanOut) {
        const watchedSeconds = prediction.seconds + 60;
        expect(prediction.reads.calls).toBeLessThanOrEqual(stream.shards * 5 * (watchedSeconds + 1));
      }
    }),
    RUNS,
  );
});

/** A poll more or less, and how the shards' polls fall, make this much difference and no more. */
const JITTER_MS = 1500;

test('more shards never throttle more, and never make a uniform trace older', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 100, max: 4000 }),
      fc.integer({ min: 1, max: 8 }),
      (shards, rate, perEventMs) => {
        const workload = { trace: traceOf([20, 20 * rate]), keys: evenKeys(100_000) };
        const of = { function: { perEventMs } };
        const fewer = predict(workload, configurationOf({ ...of, stream: { shards } }));
        const more = predict(workload, configurationOf({ ...of, stream: { shards: 2 * shards } }));
        expect(more.records.throttled).toBeLessThanOrEqual(fewer.records.throttled);
        if (fewer.records.throttled > 0) return; // what is refused makes nothing old
        expect(more.iteratorAgeMs.max).toBeLessThanOrEqual(fewer.iteratorAgeMs.max + JITTER_MS);
        expect(more.delayMs.max).toBeLessThanOrEqual(fewer.delayMs.max + JITTER_MS);
      },
    ),
    RUNS,
  );
});

test('a doubled service time never makes records wait for less', () => {
  fc.assert(
    fc.property(trace, configuration, (sliced, chosen) => {
      const { table: _, ...untabled } = chosen;
      const workload = { trace: sliced, keys: evenKeys(10_000) };
      const taking = (times: number) => {
        const { perBatchMs, perEventMs } = chosen.function;
        const of = { perBatchMs: times * perBatchMs, perEventMs: times * perEventMs };
        const concurrency = 1000; // who waits for whom under a limit is chance
        const mapping = { ...chosen.mapping, fanOut: true }; // nor does it count which reads happen to be refused
        return predict(workload, { ...untabled, mapping, function: { ...chosen.function, ...of, concurrency } });
      };
      const once = taking(1);
      const twice = taking(2);
      // what is left over from a full batch waits for a window, and which batch is full is chance
      const jitterMs = 2 * JITTER_MS + chosen.mapping.windowMs;
      expect(twice.delayMs.max).toBeGreaterThanOrEqual(once.delayMs.max - jitterMs);
      expect(twice.records.backlog).toBeGreaterThanOrEqual(once.records.backlog);
      // The last record of a batch may be younger, since another one has become the last: by a batch, and no more.
      const { perBatchMs, perEventMs } = chosen.function;
      const batchMs = perBatchMs + perEventMs * once.invocations.largestBatch;
      expect(twice.iteratorAgeMs.max).toBeGreaterThanOrEqual(once.iteratorAgeMs.max - jitterMs - 2 * batchMs);
    }),
    RUNS,
  );
});

test('a hotter key never lets a provisioned stream accept more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 500, max: 9000 }), (shards, rate) => {
      const sliced = traceOf([10, 10 * rate]);
      const accepted = [0, 0.3, 0.6, 1].map(
        hot =>
          predict({ trace: sliced, keys: evenKeys(10_000, hot) }, configurationOf({ stream: { shards } })).records
            .accepted,
      );
      for (const [index, count] of accepted.entries()) {
        expect(count).toBeLessThanOrEqual((accepted[index - 1] ?? count) + shards); // a record per shard by rounding
      }
    }),
    { numRuns: 20 },
  );
});

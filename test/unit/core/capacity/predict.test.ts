import { describe, expect, it, test } from 'vitest';
import { evenKeys, expectedDistinct, skewedKeys } from '../../../../core/capacity/key-spread.ts';
import { predict } from '../../../../core/capacity/predict.ts';
import { configurationOf, traceOf } from './capacity-fixture.ts';

const many = evenKeys(100_000);

describe('predict', () => {
  it('refuses what a shard does not take: 1,000 records and 1 MiB in any second', () => {
    const records = predict({ trace: traceOf([10, 15_000, 100]), keys: many }, configurationOf()).records;
    expect(records.throttled).toBe(5000);
    const bytes = predict({ trace: traceOf([10, 1000, 16 * 1024]), keys: many }, configurationOf()).records;
    expect(bytes.accepted).toBe(640);
    const twoShards = configurationOf({ stream: { shards: 2 } });
    expect(predict({ trace: traceOf([10, 15_000, 100]), keys: many }, twoShards).records.throttled).toBe(0);
  });

  it('sends a hot key to one shard, however many there are', () => {
    const hot = { trace: traceOf([10, 30_000, 100]), keys: evenKeys(100_000, 0.5) };
    const { throttled } = predict(hot, configurationOf({ stream: { shards: 10 } })).records;
    expect(throttled).toBeGreaterThan(5000);
  });

  it('shares the capacity of an on-demand stream, but gives no key more than a shard', () => {
    const stream = { mode: 'on-demand' as const, shards: 4 };
    const even = predict({ trace: traceOf([10, 40_000, 100]), keys: many }, configurationOf({ stream }));
    expect(even.records.throttled).toBe(0);
    const hot = predict({ trace: traceOf([10, 30_000, 100]), keys: evenKeys(100_000, 1) }, configurationOf({ stream }));
    expect(hot.records.accepted).toBe(10_000);
  });

  it('lets a consumer that is slower than the arrivals fall behind by what it does not manage', () => {
    const slow = configurationOf({
      mapping: { batchSize: 100 },
      function: { perBatchMs: 0, perEventMs: 2, coldStartMs: 0 },
    });
    const { iteratorAgeMs, invocations } = predict({ trace: traceOf([30, 24_000]), keys: many }, slow);
    // 800 come and 500 leave in a second: the last one waits for 30 s × 300 / 500
    expect(iteratorAgeMs.max).toBeGreaterThan(17_000);
    expect(iteratorAgeMs.max).toBeLessThan(20_000);
    expect(invocations.coldStarts).toBe(1);
  });

  it('waits for a batch as long as the window says, and no longer than until it is full', () => {
    const gathered = (windowMs: number, batchSize: number) =>
      predict({ trace: traceOf([20, 2000]), keys: many }, configurationOf({ mapping: { windowMs, batchSize } }));
    const each = gathered(5000, 10_000);
    expect(each.delayMs.max).toBeGreaterThan(5000);
    expect(each.invocations.recordsEach).toBeGreaterThan(400);
    expect(each.iteratorAgeMs.max).toBeLessThan(2000); // the last record of a batch is young whatever the window
    expect(gathered(5000, 100).invocations.largestBatch).toBe(100);
  });

  it('splits a batch at 6 MB of payload', () => {
    const large = configurationOf({ mapping: { batchSize: 10_000, windowMs: 10_000 } });
    const { largestBatch } = predict({ trace: traceOf([10, 200, 50_000]), keys: many }, large).invocations;
    expect(largestBatch).toBe(Math.floor((6 * 2 ** 20) / (4 * Math.ceil(50_000 / 3) + 600)));
  });

  it('throttles invocations above the concurrency, and repeats them', () => {
    const limited = configurationOf({
      stream: { shards: 4 },
      mapping: { parallelization: 4 },
      function: { concurrency: 3, perEventMs: 5 },
    });
    const { concurrency, invocations, records } = predict({ trace: traceOf([10, 6000]), keys: many }, limited);
    expect(concurrency.highest).toBe(3);
    expect(invocations.throttled).toBeGreaterThan(0);
    expect(records.backlog).toBe(0);
  });

  it('reads five times a second at most: readers that share a shard wait for each other', () => {
    const reading = (readers: number) => {
      const mapping = { readers, batchSize: 10 };
      return predict(
        { trace: traceOf([20, 12_000]), keys: many },
        configurationOf({ mapping, function: { perEventMs: 0 } }),
      );
    };
    expect(reading(5).iteratorAgeMs.max).toBeGreaterThan(reading(1).iteratorAgeMs.max);
    expect(reading(5).reads.calls).toBeLessThan(reading(1).reads.calls);
    const fanOut = configurationOf({
      mapping: { readers: 5, fanOut: true, batchSize: 10 },
      function: { perEventMs: 0 },
    });
    expect(predict({ trace: traceOf([20, 12_000]), keys: many }, fanOut).reads.throttled).toBe(0);
  });

  it('waits for the write units of a table that has too few, and counts what they throttle', () => {
    const table = { mode: 'provisioned' as const, writeUnits: 100, unitsPerWrite: 1 };
    const { table: written, iteratorAgeMs } = predict(
      { trace: traceOf([20, 6000]), keys: many },
      configurationOf({ mapping: { parallelization: 4 }, table }),
    );
    expect(written?.throttled).toBeGreaterThan(3000);
    expect(iteratorAgeMs.max).toBeGreaterThan(20_000);
  });

  it('writes the item of one key 1,000 times a second at most, whatever the table takes', () => {
    const table = { mode: 'provisioned' as const, writeUnits: 40_000, writesPer: 'event' as const };
    const of = configurationOf({
      stream: { shards: 4 },
      function: { perEventMs: 0.1 },
      table,
      mapping: { batchSize: 5000 },
    });
    const hot = predict({ trace: traceOf([10, 9900, 50]), keys: evenKeys(1000, 1) }, of);
    expect(hot.table?.throttled).toBeGreaterThan(0);
    const perKey = { ...of, table: { ...table, unitsPerWrite: 1, writesPer: 'key' as const } };
    expect(predict({ trace: traceOf([10, 9900, 50]), keys: evenKeys(1000, 1) }, perKey).table?.throttled).toBe(0);
  });

  it('counts batches that outlast the timeout of the function', () => {
    const of = configurationOf({ function: { perBatchMs: 4000, timeoutMs: 3000 } });
    const { invocations } = predict({ trace: traceOf([5, 100]), keys: many }, of);
    expect(invocations.overTimeout).toBe(invocations.count);
  });
});

test('skewedKeys has a heavy head whose shares fall with the rank, and keeps all keys', () => {
  const { heavy, keys } = skewedKeys(10_000, 1);
  expect(heavy[0]).toBeCloseTo(0.102, 2);
  expect(heavy).toEqual([...heavy].sort((a, b) => b - a));
  expect(keys + heavy.length).toBe(10_000);
});

test('expectedDistinct lies between one and the lesser of records and keys', () => {
  expect(expectedDistinct(1, 100)).toBe(1);
  expect(expectedDistinct(500, 10)).toBe(10);
  expect(expectedDistinct(100, 1_000_000)).toBe(100);
  expect(expectedDistinct(100, 100)).toBe(63);
});

import { describe, expect, it } from 'vitest';
import { findCheapest } from '../../../../core/capacity/cheapest.ts';
import type { Configuration } from '../../../../core/capacity/configuration.ts';
import { evenKeys } from '../../../../core/capacity/key-spread.ts';
import { missesOf, type Objective } from '../../../../core/capacity/objective.ts';
import type { Search } from '../../../../core/capacity/trials.ts';
import { configurationOf, traceOf } from './capacity-fixture.ts';

/** Shards, invocations and write units cost something; nothing else. */
function shardPrice(
  { stream, table }: Configuration,
  { invocations, units }: { invocations: number; units: number },
): number {
  const shards = stream.mode === 'on-demand' ? 50 : 10 * stream.shards;
  const writes = table?.mode === 'provisioned' ? table.writeUnits / 100 : units / 1000;
  return shards + invocations / 1000 + (table ? writes : 0);
}

function searchOf(objective: Objective, changed: Partial<Search> = {}): Search {
  return {
    workload: { trace: traceOf([10, 5000], [5, 9000], [10, 5000]), keys: evenKeys(5000) },
    base: configurationOf(),
    objective,
    functionAt: memoryMb => ({ ...configurationOf().function, memoryMb, perEventMs: 512 / memoryMb }),
    onDemandShards: 4,
    onDemandUnits: 4000,
    priceOf: (configuration, { invocations, table }) =>
      shardPrice(configuration, { invocations: invocations.count, units: table?.units ?? 0 }),
    leastPriceOf: (configuration, _, work) => shardPrice(configuration, work),
    mostSimulations: 400,
    ...changed,
  };
}

const FIVE_SECONDS: Objective = { iteratorAge: { statistic: 'max', atMostMs: 5000 }, throttles: 0 };

describe('findCheapest', () => {
  it('finds what keeps the objective, with no more shards than it takes', () => {
    const { best, tooFewShards, considered } = findCheapest(searchOf(FIVE_SECONDS));
    expect(best && missesOf(FIVE_SECONDS, best.prediction)).toEqual([]);
    expect(best?.configuration.stream).toEqual({ mode: 'provisioned', shards: 2 });
    expect(best?.prediction.records.throttled).toBe(0);
    expect(tooFewShards).toBeGreaterThan(0);
    expect(considered).toBeGreaterThan(500);
  });

  it('finds nothing dearer when more is allowed', () => {
    const strict = findCheapest(searchOf({ delay: { statistic: 'max', atMostMs: 2500 }, throttles: 0 }));
    const loose = findCheapest(searchOf({ delay: { statistic: 'max', atMostMs: 20_000 }, throttles: 0 }));
    expect(loose.best?.usdPerHour).toBeLessThanOrEqual(strict.best?.usdPerHour ?? 0);
    const refusing = findCheapest(searchOf({ throttles: 1_000_000 }));
    expect(refusing.best?.configuration.stream.shards).toBe(1);
  });

  it('says what came nearest when a key is too hot for any number of shards', () => {
    const workload = { trace: traceOf([10, 30_000]), keys: evenKeys(5000, 0.9) };
    const { best, nearest, considered, tooFewShards } = findCheapest(searchOf(FIVE_SECONDS, { workload }));
    expect(best).toBeUndefined();
    expect(nearest).toBeUndefined();
    expect(tooFewShards).toBe(considered);
  });

  it('provisions a table where that is cheaper, with the units that keep its throttles away', () => {
    const base = configurationOf({ table: { mode: 'on-demand' } });
    const { best } = findCheapest(searchOf(FIVE_SECONDS, { base }));
    expect(best?.configuration.table?.mode).toBe('provisioned');
    expect(best?.prediction.table?.throttled).toBe(0);
  });

  it('stops at its budget and says how much could be left', () => {
    const base = configurationOf({ table: { mode: 'on-demand' } });
    const { simulated, gap, best } = findCheapest(searchOf(FIVE_SECONDS, { base, mostSimulations: 10 }));
    expect(simulated).toBeLessThan(20);
    if (best) expect(gap).toBeGreaterThan(0);
  });
});

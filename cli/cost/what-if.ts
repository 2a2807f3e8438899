/** The same deployment with one thing otherwise: prices change, the calls stay as they were counted. */
import { sumOf, type Tariff } from './bill.ts';
import type { Deployment } from './deployment.ts';
import type { Measured } from './path-cost.ts';

/** What one provisioned shard takes (Kinesis guide, "quotas and limits"). */
const SHARD_RECORDS_PER_SECOND = 1000;
const SHARD_BYTES_PER_SECOND = 2 ** 20;

/** @param shards absent: on demand */
export function withStream(tariff: Tariff, shards: number | undefined): Tariff {
  const stream = shards === undefined ? {} : { shards };
  return withDeployment(tariff, { streams: mapValues(tariff.deployment.streams, () => stream) });
}

/** How many shards take what was measured, if they are used to `utilization` of what they can. */
export function shardsFor({ usage, seconds }: Measured, utilization: number): number {
  const records = usage.filter(({ service, unit }) => service === 'kinesis' && unit === 'records');
  const written = records.reduce((total, { quantity }) => total + quantity, 0) / seconds;
  const bytes = usage
    .filter(({ service, unit }) => service === 'kinesis' && unit === 'retrieved-bytes')
    .reduce((total, { quantity }) => total + quantity, 0);
  const needed = Math.max(written / SHARD_RECORDS_PER_SECOND, bytes / seconds / SHARD_BYTES_PER_SECOND);
  return Math.max(1, Math.ceil(needed / utilization));
}

export function withTablesOnDemand(tariff: Tariff): Tariff {
  const onDemand = mapValues(tariff.deployment.tables, ({ restorable }) => ({ restorable }));
  return withDeployment(tariff, { tables: onDemand });
}

/**
 * Puts the tables that are used for every event (more than `busyUnits` per second) on provisioned capacity, sized so that
 * what was measured uses `utilization` of it; the others stay as they are: they would be paid for while nothing comes.
 */
export function withTablesProvisioned(
  tariff: Tariff,
  { usage, seconds }: Measured,
  { utilization, busyUnits = 50 }: { readonly utilization: number; readonly busyUnits?: number },
): Tariff {
  const unitsOf = (table: string, unit: 'write-units' | 'read-units') =>
    usage
      .filter(total => total.service === 'dynamodb' && total.unit === unit && total.resource.split('/')[0] === table)
      .reduce((all, { quantity }) => all + quantity, 0) / seconds;
  const tables = new Map(
    [...tariff.deployment.tables].map(([name, table]) => {
      const write = unitsOf(name, 'write-units');
      if (write < busyUnits) return [name, table] as const;
      const provisioned = {
        writeUnits: Math.ceil(write / utilization),
        readUnits: Math.ceil(unitsOf(name, 'read-units') / utilization),
      };
      return [name, { ...table, provisioned }] as const;
    }),
  );
  return withDeployment(tariff, { tables });
}

export function withWorkflows(tariff: Tariff, type: 'STANDARD' | 'EXPRESS'): Tariff {
  return withDeployment(tariff, { workflows: mapValues(tariff.deployment.workflows, () => type) });
}

/** @param times how much more memory every function gets */
export function withMemory(tariff: Tariff, times: number): Tariff {
  const functions = mapValues(tariff.deployment.functions, each => ({ ...each, memoryMb: each.memoryMb * times }));
  return withDeployment(tariff, { functions });
}

export function withoutTraces(tariff: Tariff): Tariff {
  const functions = mapValues(tariff.deployment.functions, each => ({ ...each, traced: false }));
  return withDeployment(tariff, { functions });
}

/** How many units a measurement wrote to a table per event, for who wants to compare. */
export function writeUnitsPerEvent({ usage, count }: Measured, table: string): number {
  return sumOf(usage, { service: 'dynamodb', resource: table, unit: 'write-units' }) / count;
}

function withDeployment(tariff: Tariff, change: Partial<Deployment>): Tariff {
  return { ...tariff, deployment: { ...tariff.deployment, ...change } };
}

function mapValues<Key, From, To>(map: ReadonlyMap<Key, From>, change: (value: From) => To): ReadonlyMap<Key, To> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}

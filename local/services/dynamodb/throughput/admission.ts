/** What requests demand of tables and indexes, and their refusal when that is too much. Without limits nothing is refused. */
import { readUnits, writeUnits } from '../capacity.ts';
import type { Write } from '../commit.ts';
import type { Database } from '../database.ts';
import { indexEntries } from '../secondary-index.ts';
import type { Table } from '../table.ts';
import type { Demand } from './throttle.ts';
import { type Throttling, throttleError } from './throttle-error.ts';

/** The units of a write, on the table and on the indexes that it changes. */
export function writeDemands({ table, location, before, after }: Write, factor = 1): Demand[] {
  let units = writeUnits(Math.max(before?.sizeBytes ?? 0, after?.sizeBytes ?? 0));
  const demands: Demand[] = [];
  for (const index of table.indexes.values()) {
    for (const entry of indexEntries(index, table.definition.schema, { before, after })) {
      const cost = writeUnits(entry.sizeBytes);
      if (index.scope === 'local') units += cost;
      else demands.push({ table, index, kind: 'Write', partition: entry.partition, units: cost * factor });
    }
  }
  return [{ table, kind: 'Write', partition: location.partition, units: units * factor }, ...demands];
}

/** The units of reading one item by its key. */
export function readDemand(read: {
  readonly table: Table;
  readonly partition: string;
  readonly sizeBytes: number;
  readonly consistent: boolean;
  readonly factor?: number;
}): Demand {
  const { table, partition, factor = 1 } = read;
  return { table, kind: 'Read', partition, units: readUnits(read.sizeBytes, read.consistent) * factor };
}

/** @returns what is too much, if anything is; else all of it is taken */
export function admit(database: Database, demands: readonly Demand[]): Throttling | undefined {
  return database.throttle?.take(demands);
}

/** @throws AwsError ProvisionedThroughputExceededException, ThrottlingException */
export function admitOrThrow(database: Database, demands: readonly Demand[]): void {
  const refused = admit(database, demands);
  if (refused) throw throttleError(refused);
}

/** Takes all demands of a transaction's actions or none. @returns what was too much, by action; undefined: nothing */
export function admitTogether(
  database: Database,
  actions: readonly (readonly Demand[])[],
): readonly (Throttling | undefined)[] | undefined {
  const { throttle } = database;
  if (!throttle) return undefined;
  const refusals = actions.map(demands => throttle.take(demands));
  if (refusals.every(refused => refused === undefined)) return undefined;
  for (const [action, demands] of actions.entries()) {
    if (refusals[action]) continue;
    for (const demand of demands) throttle.charge({ ...demand, units: -demand.units });
  }
  return refusals;
}

import type { Configuration } from '../configuration.ts';
import type { Agenda } from './agenda.ts';
import type { Environments } from './environments.ts';
import type { RunRecord } from './run-record.ts';
import type { TableWrites } from './table-writes.ts';

/** What all shards of a run share: time, the function, the table, and what is noted down. */
export interface Work {
  readonly agenda: Agenda;
  readonly configuration: Configuration;
  readonly environments: Environments;
  readonly table: TableWrites | undefined;
  readonly record: RunRecord;
}

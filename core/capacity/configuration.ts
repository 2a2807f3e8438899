/** What can be chosen about a stream and its consumer, and what is known of the work. */

export interface StreamConfiguration {
  readonly mode: 'provisioned' | 'on-demand';
  /** On demand: those that its capacity stands for. */
  readonly shards: number;
}

export interface MappingConfiguration {
  readonly batchSize: number;
  readonly windowMs: number;
  /** Batches of one shard in work at a time. */
  readonly parallelization: number;
  /** Mappings that share what a shard gives out, this one included. */
  readonly readers: number;
  /** A consumer of its own, with enhanced fan-out: shares with nobody. */
  readonly fanOut: boolean;
}

export interface FunctionConfiguration {
  readonly memoryMb: number;
  /** Invocations at a time: what is reserved for it, or what the account leaves to it. */
  readonly concurrency: number;
  readonly perBatchMs: number;
  readonly perEventMs: number;
  /** For each distinct key of a batch: its state is read and written. */
  readonly perKeyMs: number;
  readonly coldStartMs: number;
  readonly timeoutMs: number;
}

export interface TableConfiguration {
  readonly mode: 'provisioned' | 'on-demand';
  /** Write units per second. On demand: what the table takes before it has grown. */
  readonly writeUnits: number;
  /** Of one write: one for each KB of the item. */
  readonly unitsPerWrite: number;
  /** Whether the events of one key in a batch are written together (as `fold` does), or each for itself. */
  readonly writesPer: 'key' | 'event';
}

export interface Configuration {
  readonly stream: StreamConfiguration;
  readonly mapping: MappingConfiguration;
  readonly function: FunctionConfiguration;
  /** Absent when the function writes to none. */
  readonly table?: TableConfiguration;
}

import type { Throughput } from './capacity.ts';
import type { ExpiryQueue } from './expiry-queue.ts';
import type { KeySchema } from './keys/key-schema.ts';
import type { SecondaryIndex } from './secondary-index.ts';
import { ItemStore } from './storage/item-store.ts';
import type { Stream } from './streams/stream.ts';

export interface AttributeDefinition {
  readonly AttributeName: string;
  readonly AttributeType: 'S' | 'N' | 'B';
}

/** `WarmThroughput` of a request. */
export interface Warmth {
  readonly ReadUnitsPerSecond: number;
  readonly WriteUnitsPerSecond: number;
}

/** What CreateTable asks for, checked. */
export interface TableDefinition {
  readonly name: string;
  readonly attributeDefinitions: readonly AttributeDefinition[];
  readonly schema: KeySchema;
  readonly indexes: readonly SecondaryIndex[];
  readonly billingMode: 'PROVISIONED' | 'PAY_PER_REQUEST';
  readonly throughput: Throughput;
  /** What the table is to take at once, where the client says so. @default what its throughput is, or an on-demand table's */
  readonly warmth: Warmth | undefined;
  readonly deletionProtection: boolean;
  /** The class and encryption that a client set, answered as they were given. */
  readonly tableClass: string | undefined;
  readonly encryption: { readonly type: 'KMS'; readonly keyArn: string } | undefined;
}

export interface Table {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly createdAtMs: number;
  /** What UpdateTable can change. */
  definition: TableDefinition;
  readonly items: ItemStore;
  /** By name. */
  readonly indexes: Map<string, SecondaryIndex>;
  /** The current stream, or the last one once it is disabled. */
  stream: Stream | undefined;
  /** The attribute that says when an item expires. */
  timeToLive: string | undefined;
  /** The items that will, while that is set. */
  expiries: ExpiryQueue | undefined;
  readonly pointInTimeRecovery: { enabled: boolean; recoveryPeriodDays: number };
  readonly tags: Map<string, string>;
  itemCount: number;
  sizeBytes: number;
}

/** A table without items. */
export function newTable(
  definition: TableDefinition,
  identity: { arn: string; id: string; createdAtMs: number },
): Table {
  return {
    ...identity,
    name: definition.name,
    definition,
    items: new ItemStore(),
    indexes: new Map(definition.indexes.map(index => [index.name, index])),
    stream: undefined,
    timeToLive: undefined,
    expiries: undefined,
    pointInTimeRecovery: { enabled: false, recoveryPeriodDays: 35 },
    tags: new Map(),
    itemCount: 0,
    sizeBytes: 0,
  };
}

/**
 * The figures of AWS that the model rests on, each with the page that states it. Whoever finds that one has changed changes
 * it here. `docs/guides/capacity.md` quotes them.
 */

/** Kinesis guide, "Quotas and limits": 1 MB and 1,000 records per second and shard in, keys included. */
export const SHARD_WRITE = { records: 1000, bytes: 2 ** 20 } as const;

/** Kinesis guide, "Quotas and limits": five read calls and 2 MB per second and shard, 10 MB and 10,000 records per call. */
export const SHARD_READ = { calls: 5, bytes: 2 * 2 ** 20, bytesPerCall: 10 * 2 ** 20, recordsPerCall: 10_000 } as const;

/** Kinesis guide, "Quotas and limits": a new on-demand stream takes 4 MB per second, as four shards do. */
export const ON_DEMAND_SHARDS = 4;

/** Lambda guide, "Using Lambda with Kinesis": shards are polled at a base rate of once per second. */
export const POLL_INTERVAL_MS = 1000;

/** Lambda guide, "Batching behavior": a batch is sent at the latest when its payload reaches 6 MB. */
export const LARGEST_PAYLOAD_BYTES = 6 * 2 ** 20;

/** Lambda guide, "Lambda quotas": concurrent executions of an account, until it is raised. */
export const ACCOUNT_CONCURRENCY = 1000;

/** DynamoDB guide, "Designing partition keys": write units per second and partition. */
export const PARTITION_WRITE_UNITS = 1000;

/** DynamoDB guide, "Burst capacity": unused units of provisioned tables are kept for five minutes. */
export const BURST_SECONDS = 300;

/** DynamoDB guide, "On-demand capacity mode": write units per second that a new table takes. */
export const ON_DEMAND_WRITE_UNITS = 4000;

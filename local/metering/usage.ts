/** What AWS bills for: quantities by service, resource, unit and caller. Prices are none of its business. */

/** One quantity that a call or a log line adds to the bill. */
export interface Usage {
  readonly service: string;
  /** The physical name: stream, table (an index as `<table>/index/<name>`), queue, bus, function, bucket, log group. */
  readonly resource: string;
  readonly unit: UsageUnit;
  readonly quantity: number;
}

/**
 * The units of the price lists, each as AWS counts it.
 *
 * - `calls`: API calls as such, billed or not.
 * - Kinesis: `payload-units` of 25 KB begun; `ingested-bytes`, every record rounded up to 1 KB; `retrieved-bytes`.
 * - DynamoDB: `write-units`, `read-units`, of transactions twice as many.
 * - SQS: `requests`, one for each 64 KB begun of what goes over the wire. EventBridge: `events`, likewise; `event-bytes`, for
 *   the archive. SNS: `requests`, likewise.
 * - HTTP API: `requests` of 512 KB begun; `sent-bytes`, to the internet.
 * - Lambda: `invocations`; `payload-bytes`, `cpu-ms` and `duration-ms` as on this machine, for models of its duration.
 * - Logs: `ingested-bytes`, 26 more than the text of each line. Step Functions: `transitions`, `executions`.
 * - S3: `put-requests` (and copies, posts, lists), `get-requests`, `stored-bytes`.
 */
export type UsageUnit =
  | 'calls'
  | 'records'
  | 'payload-units'
  | 'ingested-bytes'
  | 'retrieved-bytes'
  | 'write-units'
  | 'read-units'
  | 'requests'
  | 'sent-bytes'
  | 'events'
  | 'event-bytes'
  | 'invocations'
  | 'payload-bytes'
  | 'cpu-ms'
  | 'duration-ms'
  | 'transitions'
  | 'executions'
  | 'put-requests'
  | 'get-requests'
  | 'stored-bytes';

/** Everything of one kind together. */
export interface UsageTotal extends Usage {
  /** The name of the role that made the calls, or the service that made them for itself; `operator` is nobody's bill. */
  readonly caller: string;
}

/** Units of `size` begun; at least one. */
export function unitsBegun(bytes: number, size: number): number {
  return Math.max(1, Math.ceil(bytes / size));
}

export const KB = 1024;

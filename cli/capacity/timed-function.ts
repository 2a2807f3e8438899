/** A function that takes as long as it is told, on the cloud's own clock, and writes to a table as often as it is told. */

import type { FunctionConfiguration, TableConfiguration } from '../../core/capacity/configuration.ts';
import { KEPT_IDLE_MS } from '../../core/capacity/consumption/environments.ts';
import type { Cloud } from '../../local/cloud/cloud.ts';
import { AwsError, OPERATOR } from '../../local/index.ts';
import type { Deployment, Invocation } from '../../local/invoke/deployment.ts';
import type { HostedInvocation, LambdaHost } from '../../local/invoke/lambda-host.ts';

export interface TimedFunctionOptions {
  readonly cloud: Cloud;
  readonly name: string;
  readonly function: FunctionConfiguration;
  readonly table?: TableConfiguration | undefined;
  readonly tableName: string;
}

interface StreamEvent {
  readonly Records: readonly {
    readonly kinesis: { readonly partitionKey: string; readonly approximateArrivalTimestamp: number };
  }[];
}

/** How the SDK's client of a table waits before it repeats what was throttled: twice as long each time. */
const FIRST_RETRY_MS = 25;
const LONGEST_RETRY_MS = 400;
const DONE = { outcome: { kind: 'done', payload: 'null', durationMs: 1, memoryUsedMb: 1 } } as const;

/**
 * The host of every function of the cloud. The others that read the stream take as long as the one that it is about, and write
 * nothing; they are not counted.
 */
export class TimedFunction implements LambdaHost {
  readonly #options: TimedFunctionOptions;
  readonly #idleSinceMs: number[] = [];
  #running = 0;
  highest = 0;
  coldStarts = 0;
  invocations = 0;
  processed = 0;
  writes = 0;
  writesThrottled = 0;
  readonly delaysMs: number[] = [];

  constructor(options: TimedFunctionOptions) {
    this.#options = options;
  }

  async invoke({ functionName }: Deployment, { payload }: Invocation): Promise<HostedInvocation> {
    const { cloud, name, function: times } = this.#options;
    const keys = keysOf(payload);
    const distinct = [...new Set(keys)];
    const workMs = times.perBatchMs + times.perEventMs * keys.length + times.perKeyMs * distinct.length;
    if (functionName !== name) {
      await cloud.clock.sleep(workMs);
      return DONE;
    }
    this.invocations++;
    this.#running++;
    this.highest = Math.max(this.highest, this.#running);
    const coldMs = this.#startsWarm() ? 0 : times.coldStartMs;
    await cloud.clock.sleep(coldMs + workMs);
    const { table } = this.#options;
    if (table) await this.#write(table.writesPer === 'key' ? distinct : keys, table.unitsPerWrite);
    this.#running--;
    this.processed += keys.length;
    this.delaysMs.push(cloud.clock.now() - firstArrivalMs(payload));
    this.#idleSinceMs.push(cloud.clock.now());
    return DONE;
  }

  retire(): void {}

  async close(): Promise<void> {}

  #startsWarm(): boolean {
    const sinceMs = this.#idleSinceMs.pop();
    if (sinceMs !== undefined && sinceMs > this.#options.cloud.clock.now() - KEPT_IDLE_MS) return true;
    this.#idleSinceMs.length = 0;
    this.coldStarts++;
    return false;
  }

  async #write(keys: readonly string[], units: number): Promise<void> {
    await Promise.all(keys.map(key => this.#writeItem(key, units)));
  }

  async #writeItem(key: string, units: number): Promise<void> {
    const { cloud, tableName } = this.#options;
    const Item = { key: { S: key }, state: { S: 'x'.repeat(units * 1024 - 200) } };
    for (let pauseMs = FIRST_RETRY_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_RETRY_MS)) {
      try {
        await cloud.call({
          service: 'dynamodb',
          operation: 'PutItem',
          input: { TableName: tableName, Item },
          principal: OPERATOR,
        });
        this.writes++;
        return;
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        if (!/Throughput|Throttling/.test(error.code)) throw error;
        if (pauseMs === FIRST_RETRY_MS) this.writesThrottled++;
        await cloud.clock.sleep(pauseMs);
      }
    }
  }
}

function keysOf(payload: string): string[] {
  return (JSON.parse(payload) as StreamEvent).Records.map(({ kinesis }) => kinesis.partitionKey); // a stream's event
}

function firstArrivalMs(payload: string): number {
  const [first] = (JSON.parse(payload) as StreamEvent).Records;
  return Math.round((first?.kinesis.approximateArrivalTimestamp ?? 0) * 1000);
}

/**
 * How long the function works: as measured and assumed for the bill (`cli/cost/lambda-durations.json`, dated there), unless a
 * person has measured it on AWS. What is per event is work, and as fast as the memory's share of a vCPU; what is per batch and
 * per key is mostly waiting, and stays as it is.
 */
import type { FunctionConfiguration } from '../../core/capacity/configuration.ts';
import { bytesInEvent } from '../../core/capacity/event-bytes.ts';
import type { Durations } from '../cost/lambda-duration.ts';
import type { DeployedConsumer } from './deployed-consumer.ts';

/** `Init Duration` of Node 22 with three AWS clients, measured by a reader of AWS's reports, 2025-07-21 (docs/guides/capacity.md). */
export const COLD_START_MS = 375;

export interface GivenTimes {
  readonly perBatchMs?: number;
  readonly perEventMs?: number;
  readonly perKeyMs?: number;
  readonly coldStartMs?: number;
}

export interface TimedConsumer {
  readonly consumer: DeployedConsumer;
  readonly concurrency: number;
  readonly durations: Durations;
  /** Of a record, on the average. */
  readonly recordBytes: number;
  readonly given: GivenTimes;
}

/** The function with so much memory; times that were given hold for the memory that is deployed. */
export function functionAt(timed: TimedConsumer, memoryMb: number): FunctionConfiguration {
  const { consumer, concurrency, durations, recordBytes, given } = timed;
  const { cpuMs, cpuMsPerKb } = durations.functions[consumer.name] ?? durations.other;
  const share = vcpuShare(durations, memoryMb);
  const waitMs = durations.waitMs.dynamodb ?? 0;
  const eventKb = bytesInEvent(recordBytes) / 1024;
  const faster = vcpuShare(durations, consumer.memoryMb) / share;
  return {
    memoryMb,
    concurrency,
    perBatchMs: given.perBatchMs ?? Math.max(1, cpuMs / share + waitMs),
    perEventMs: given.perEventMs === undefined ? (cpuMsPerKb * eventKb) / share : given.perEventMs * faster,
    perKeyMs: given.perKeyMs ?? waitMs / durations.callsAtOnce,
    coldStartMs: given.coldStartMs ?? COLD_START_MS,
    timeoutMs: consumer.timeoutMs,
  };
}

function vcpuShare({ vcpuMemoryMb }: Durations, memoryMb: number): number {
  return Math.min(1, memoryMb / vcpuMemoryMb);
}

/**
 * How long an invocation is billed. Not the time that it takes here: this machine is not Lambda's, and AWS does not answer as
 * fast as the embedded cloud. It is the handler's CPU time, stretched by the share of a vCPU that the memory buys, and the
 * time in which it waits for AWS. CPU times are measured, waiting times are assumed; both stand in `lambda-durations.json`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

export const DURATIONS_FILE = path.join(import.meta.dirname, 'lambda-durations.json');

const CPU = z.strictObject({ cpuMs: z.number().nonnegative(), cpuMsPerKb: z.number().nonnegative() });

const DURATIONS = z.strictObject({
  measured: z.iso.date(),
  note: z.string(),
  /** Memory that comes with a whole vCPU (Lambda guide, "configure function memory"). */
  vcpuMemoryMb: z.number().positive(),
  /** For the answer to a call, by service. */
  waitMs: z.record(z.string(), z.number().nonnegative()),
  /** Calls of one invocation that are under way together, when there are many. */
  callsAtOnce: z.number().int().positive(),
  /** By function, without platform and stage: for an invocation, and for each KB of its payload. */
  functions: z.record(z.string(), CPU),
  other: CPU,
});

export type Durations = z.infer<typeof DURATIONS>;

/** @throws ZodError when somebody edited the file wrongly */
export function readDurations(): Durations {
  return DURATIONS.parse(JSON.parse(readFileSync(DURATIONS_FILE, 'utf8')));
}

/** Invocations of one function, on the average. */
export interface AverageInvocation {
  readonly memoryMb: number;
  readonly payloadBytes: number;
  /** Calls that it makes, by service. */
  readonly calls: ReadonlyMap<string, number>;
}

/** @param shortName without platform and stage */
export function billedMs(durations: Durations, shortName: string, invocation: AverageInvocation): number {
  const { cpuMs, cpuMsPerKb } = durations.functions[shortName] ?? durations.other;
  const share = Math.min(1, invocation.memoryMb / durations.vcpuMemoryMb);
  const workMs = (cpuMs + (cpuMsPerKb * invocation.payloadBytes) / 1024) / share;
  let waitMs = 0;
  for (const [service, calls] of invocation.calls) {
    waitMs += roundsOf(calls, durations.callsAtOnce) * (durations.waitMs[service] ?? 0);
  }
  return Math.max(1, workMs + waitMs);
}

/** A few calls are made one after another, many side by side. */
function roundsOf(calls: number, atOnce: number): number {
  return calls <= 1 ? calls : 1 + (calls - 1) / atOnce;
}

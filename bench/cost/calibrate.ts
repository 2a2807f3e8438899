/** Measures how much CPU time invocations take, for the model of their duration in `cli/cost/lambda-durations.json`. */
import { writeFile } from 'node:fs/promises';
import { DURATIONS_FILE, type Durations, readDurations } from '../../cli/cost/lambda-duration.ts';
import type { CpuSample, MeteredPlatform } from './metered-platform.ts';

export interface CpuModel {
  readonly cpuMs: number;
  readonly cpuMsPerKb: number;
}

/** Samples below which a mean says nothing. */
const FEWEST_SAMPLES = 3;
/** Payloads are of one size when they spread less than this around their mean. */
const LEAST_SPREAD = 0.1;

/** Writes what the platform's functions took so far; those that ran too seldom keep what they had. */
export async function calibrate(platform: MeteredPlatform, today: string): Promise<Durations> {
  const durations = readDurations();
  const { prefix } = platform.deployment;
  const functions: Record<string, CpuModel> = { ...durations.functions };
  for (const [name, samples] of Map.groupBy(platform.cpu, ({ functionName }) => functionName)) {
    const warm = samples.slice(Math.floor(samples.length / 2)); // the first ones ran before the code was compiled
    if (warm.length >= FEWEST_SAMPLES) functions[name.slice(prefix.length)] = rounded(fitCpu(undisturbed(warm)));
  }
  const sorted = Object.fromEntries(Object.entries(functions).sort(([a], [b]) => (a < b ? -1 : 1)));
  const updated = { ...durations, measured: today, functions: sorted };
  await writeFile(DURATIONS_FILE, `${JSON.stringify(updated, null, 2)}\n`);
  return updated;
}

/** The faster half: what else runs on this machine takes the caches away, and the time that it costs is not the handler's. */
export function undisturbed<Sample extends Pick<CpuSample, 'payloadBytes' | 'cpuMs'>>(
  samples: readonly Sample[],
): Sample[] {
  const usual = fitCpu(samples);
  const beyond = ({ payloadBytes, cpuMs }: Sample) =>
    cpuMs / Math.max(0.001, usual.cpuMs + (usual.cpuMsPerKb * payloadBytes) / 1024);
  return samples.toSorted((a, b) => beyond(a) - beyond(b)).slice(0, Math.ceil(samples.length / 2));
}

/** The line through the samples, by least squares; without a slope when all payloads are alike. Neither part is negative. */
export function fitCpu(samples: readonly Pick<CpuSample, 'payloadBytes' | 'cpuMs'>[]): CpuModel {
  const kb = samples.map(({ payloadBytes }) => payloadBytes / 1024);
  const meanKb = mean(kb);
  const meanMs = mean(samples.map(({ cpuMs }) => cpuMs));
  const variance = mean(kb.map(each => (each - meanKb) ** 2));
  if (Math.sqrt(variance) < LEAST_SPREAD * meanKb) return { cpuMs: meanMs, cpuMsPerKb: 0 };
  const covariance = mean(samples.map(({ cpuMs }, index) => (cpuMs - meanMs) * ((kb[index] ?? 0) - meanKb)));
  const slope = Math.max(0, covariance / variance);
  const intercept = meanMs - slope * meanKb;
  return intercept >= 0 ? { cpuMs: intercept, cpuMsPerKb: slope } : { cpuMs: 0, cpuMsPerKb: meanMs / meanKb };
}

function rounded({ cpuMs, cpuMsPerKb }: CpuModel): CpuModel {
  return { cpuMs: Number(cpuMs.toPrecision(3)), cpuMsPerKb: Number(cpuMsPerKb.toPrecision(3)) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

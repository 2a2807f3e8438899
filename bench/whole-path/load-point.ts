import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

/** What a load came to, once everything was warm. */
export interface LoadPoint {
  readonly offeredPerSecond: number;
  readonly acceptedPerSecond: number;
  /** Effects on the read model; duplicates and malformed events, which the traffic holds on purpose, have none. */
  readonly appliedPerSecond: number;
  /** Facts that the consumer of the bus has taken: some events make one. */
  readonly consumedPerSecond: number;
  /** From HTTP acceptance to the effect on the read model. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the platform's process, its functions' threads included; the generator is a process of its own. */
  readonly cpuMsPerEvent: number;
  readonly unexplained: number;
}

export interface LoadOptions {
  readonly offeredPerSecond: number;
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

const RUN = path.join(import.meta.dirname, 'platform-run.ts');

/** Starts a platform, offers it a load and looks at what comes of it. @throws when an event is unexplained */
export async function loadPoint({ offeredPerSecond, warmUpMs, measuredMs }: LoadOptions): Promise<LoadPoint> {
  const args = [RUN, offeredPerSecond, warmUpMs, measuredMs].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
  const point: LoadPoint = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  if (point.unexplained !== 0)
    throw new Error(`Cannot count the round: ${point.unexplained} of the events are unexplained`);
  return point;
}

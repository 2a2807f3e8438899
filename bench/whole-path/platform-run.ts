/**
 * A process that runs the platform under a load and prints, as its last line, a `LoadPoint` as JSON. The load comes from one
 * generator, a process of its own on the same machine. What happens before the measured time warms everything up.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { seedInventory } from '../../cli/demo/seed-inventory.ts';
import { drain } from '../../cli/drain.ts';
import { gatherEvidence } from '../../cli/evidence.ts';
import { type Platform, startPlatform } from '../../cli/platform.ts';
import { addsUp, type ProducerCounts, runReport } from '../../cli/run-report.ts';
import { effectLatencies } from './effect-latencies.ts';
import type { LoadPoint } from './load-point.ts';

const [offered = '', warmUp = '', measured = ''] = process.argv.slice(2);
const DRAIN_LIMIT_MS = 120_000;
const GENERATOR = path.join(import.meta.dirname, 'generator.ts');

const startedAtMs = Date.now();
const platform = await startPlatform({ port: 0, seed: 1, report: line => console.error(line) });
await seedInventory(platform.aws, platform.inventoryTable);
console.log(JSON.stringify(await underLoad(platform)));
await platform.close();
process.exit(0);

async function underLoad(platform: Platform): Promise<LoadPoint> {
  const generator = fork(GENERATOR, [platform.apiUrl, offered]);
  await pause(Number(warmUp));
  const fromMs = Date.now();
  const before = await platform.flowSince(platform.sinceMs);
  const cpuBefore = process.cpuUsage();
  await pause(Number(measured));
  const toMs = Date.now();
  const after = await platform.flowSince(platform.sinceMs);
  const cpu = process.cpuUsage(cpuBefore);
  const producers = await stop(generator);
  const perSecond = (count: 'accepted' | 'applied' | 'salesConsumed') =>
    (after.counts[count] - before.counts[count]) / ((after.atMs - before.atMs) / 1000);
  const latencies = await effectLatencies(platform, { fromMs, toMs });
  const quantile = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    offeredPerSecond: Number(offered),
    acceptedPerSecond: perSecond('accepted'),
    appliedPerSecond: perSecond('applied'),
    consumedPerSecond: perSecond('salesConsumed'),
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    cpuMsPerEvent: (cpu.user + cpu.system) / 1000 / Math.max(1, after.counts.accepted - before.counts.accepted),
    unexplained: await unexplained(platform, producers),
  };
}

async function stop(generator: ChildProcess): Promise<ProducerCounts> {
  const answer = once(generator, 'message');
  generator.send('stop');
  const [counts] = (await answer) as [ProducerCounts]; // sent by the generator alone
  return counts;
}

async function unexplained(platform: Platform, producers: ProducerCounts): Promise<number> {
  const read = () => platform.flowSince(platform.sinceMs);
  const { flow, atRest } = await drain({ read, limitMs: DRAIN_LIMIT_MS });
  const facts = { startedInMs: 0, sendingMs: Date.now() - startedAtMs, producers, before: { events: 0, bookings: 0 } };
  if (!atRest || addsUp(flow)) return runReport(flow, { ...facts, atRest }).unexplained;
  return runReport(flow, { ...facts, atRest, evidence: await gatherEvidence(platform) }).unexplained;
}

function pause(durationMs: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, durationMs));
}

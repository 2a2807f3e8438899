import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FaultPlan } from '../../local/index.ts';
import { type Command, durationOption, numberOption, textOption, UsageError } from '../command.ts';
import { type DemoTraffic, startDemoTraffic } from '../demo/demo-traffic.ts';
import { seedInventory } from '../demo/seed-inventory.ts';
import { drain } from '../drain.ts';
import { gatherEvidence } from '../evidence.ts';
import { describeFinding } from '../ledger-report.ts';
import { DEFAULT_PORT, type Platform, startPlatform } from '../platform.ts';
import { describeRecovery } from '../recovery-text.ts';
import { addsUp, type ProducerCounts, type RunReport, runReport } from '../run-report.ts';
import { forgetRunning, noteRunning } from '../running.ts';
import { releaseStartupMemory } from '../startup-memory.ts';

const HELP = `Usage: millrace start [options]        (npm start -- [options])

Synthesizes the template if something has changed, runs it in the embedded cloud on one loopback port, seeds it, sends
demo traffic (visitors and bookings, the same for the same seed), and serves the console.

Options:
  --for DURATION    run that long, drain, report, exit (20s, 500ms, 2m)   [default: until Ctrl-C]
  --rate N          demo events per second, up to 20000                   [default: 20]
  --visitors N      how many visitors make them                           [default: 200]
  --seed N          seed of the traffic and of all ids                    [default: 1]
  --no-traffic      no demo traffic: send your own (millrace send)
  --data DIR        keep all state in this folder: a restart, or kill -9, loses nothing that was acknowledged; counts are
                    since the folder was first used             [default: everything ends with the process]
  --faults FILE     a fault plan in JSON, to see what the platform makes of it (docs/guides/prove-it.md)
  --port N          port; 0 takes a free one                              [default: ${DEFAULT_PORT}, or a free one]
  --json            print one JSON object as the last line: {startedInMs, accepted, applied, duplicates, quarantined,
                    parked, inFlight, unexplained, sagas: {completed, compensated, failed}, eventsPerSecond, p50Ms,
                    p99Ms, usdPerMillionEvents}; latency is from HTTP acceptance to the effect on the read model, dollars
                    are what AWS would bill by use for the calls that were made (npm run cost prices a steady load)
  -h, --help        this text

Exit code: 0 when every accepted event is accounted for, 1 when one is not, 2 when the command cannot be carried out.`;

const DRAIN_LIMIT_MS = 120_000;

export const start: Command = {
  name: 'start',
  summary: 'run the platform on this machine, with demo traffic',
  help: HELP,
  options: {
    for: { type: 'string' },
    rate: { type: 'string' },
    visitors: { type: 'string' },
    seed: { type: 'string' },
    traffic: { type: 'boolean', default: true },
    port: { type: 'string' },
    data: { type: 'string' },
    faults: { type: 'string' },
    json: { type: 'boolean' },
  },

  async run({ options }) {
    const durationMs = durationOption(options, 'for');
    const rate = numberOption(options, 'rate', { fallback: 20, min: 0.1, max: 20_000 });
    const visitors = numberOption(options, 'visitors', { fallback: 200, min: 1, max: 1_000_000 });
    const seed = numberOption(options, 'seed', { fallback: 1, min: 0, max: 2 ** 31 });
    const port = numberOption(options, 'port', { fallback: DEFAULT_PORT, min: 0, max: 65_535 });
    const asJson = options.json === true;
    const report = (line: string) => (asJson ? console.error(line) : console.log(line));

    const data = textOption(options, 'data');
    const faults = await readFaults(textOption(options, 'faults'));
    const platform = await startPlatform({
      ...(faults && { faults }),
      port: textOption(options, 'port') ? port : undefined,
      data: data === undefined ? undefined : resolve(data),
      seed,
      report,
    });
    if (platform.recovered) report(describeRecovery(platform.recovered));
    const startedAtMs = Date.now();
    const { counts } = await platform.flowSince(platform.sinceMs);
    const before = { events: counts.accepted, bookings: counts.bookingsAccepted };
    await seedInventory(platform.aws, platform.inventoryTable);
    const startedInMs = performance.now();
    await noteRunning({ pid: process.pid, endpoint: platform.endpoint, apiUrl: platform.apiUrl });
    report(introduction(platform, startedInMs));
    releaseStartupMemory();
    const traffic =
      options.traffic === true
        ? startDemoTraffic({
            apiUrl: platform.apiUrl,
            rate,
            visitors,
            seed: seed + (platform.recovered?.starts ?? 1) - 1,
          })
        : undefined;
    try {
      await untilStopped(durationMs);
      if (durationMs === undefined) return 0;
      const outcome = await finish(platform, { traffic, before, startedAtMs, startedInMs, report });
      console.log(asJson ? JSON.stringify(outcome) : describe(outcome));
      return outcome.unexplained === 0 && outcome.inFlight === 0 ? 0 : 1;
    } finally {
      await traffic?.stop();
      await forgetRunning();
      await platform.close();
    }
  },
};

interface Finishing {
  readonly traffic: DemoTraffic | undefined;
  readonly before: ProducerCounts;
  /** Epoch ms. */
  readonly startedAtMs: number;
  readonly startedInMs: number;
  readonly report: (line: string) => void;
}

async function finish(platform: Platform, finishing: Finishing): Promise<RunReport> {
  const { traffic, before, startedAtMs, startedInMs, report } = finishing;
  const producers = (await traffic?.stop()) ?? { events: 0, bookings: 0 };
  const sendingMs = Date.now() - startedAtMs;
  report(`Draining: ${producers.events} events and ${producers.bookings} bookings were accepted …`);
  const { flow, atRest } = await drain({ read: () => platform.flowSince(platform.sinceMs), limitMs: DRAIN_LIMIT_MS });
  const { usdPerMillionEvents } = platform.cost(flow);
  const facts = { startedInMs, sendingMs, producers, before, atRest, usdPerMillionEvents };
  if (!atRest || addsUp(flow)) return runReport(flow, facts);
  report('The counts do not add up: looking for the evidence …');
  const evidence = await gatherEvidence(platform);
  for (const finding of evidence.ledger.unexplained) report(describeFinding(finding));
  return runReport(flow, { ...facts, evidence });
}

/** @throws UsageError when there is no such file, or what is in it is no JSON */
async function readFaults(file: string | undefined): Promise<FaultPlan | undefined> {
  if (file === undefined) return undefined;
  try {
    return JSON.parse(await readFile(file, 'utf8')) as FaultPlan; // judged by the cloud, which knows its operations
  } catch (cause) {
    throw new UsageError(`Cannot read --faults: a file that holds a plan in JSON, received '${file}'`, { cause });
  }
}

/** Until the time is up or the person ends it. */
async function untilStopped(durationMs: number | undefined): Promise<void> {
  await new Promise<void>(resolve => {
    const timer = setTimeout(resolve, durationMs ?? 2 ** 31 - 1);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}

function introduction(platform: Platform, startedInMs: number): string {
  return [
    '',
    `Millrace runs: ${platform.stacks.length} stacks, ${platform.resources} resources, ready in ${(startedInMs / 1000).toFixed(1)} s`,
    '',
    `  console    ${platform.endpoint}/console/`,
    `  catalogue  ${platform.endpoint}/catalogue/`,
    `  events     POST ${platform.apiUrl}/events`,
    `  visitors   GET  ${platform.apiUrl}/visitors/{id}`,
    `  sales      GET  ${platform.apiUrl}/sales`,
    `  bookings   POST ${platform.apiUrl}/trips      GET ${platform.apiUrl}/trips/{id}`,
    `  AWS APIs   AWS_ENDPOINT_URL=${platform.endpoint} (any credentials) for SDKs and the AWS CLI`,
    '',
  ].join('\n');
}

function describe(outcome: RunReport): string {
  const { sagas } = outcome;
  return [
    `${outcome.accepted} accepted = ${outcome.applied} applied + ${outcome.duplicates} duplicate + ${outcome.quarantined} quarantined + ${outcome.parked} parked + ${outcome.inFlight} in flight`,
    `${outcome.unexplained} unexplained`,
    `sagas: ${sagas.completed} completed, ${sagas.compensated} compensated, ${sagas.failed} failed`,
    `${outcome.eventsPerSecond} events/s, from acceptance to effect p50 ${outcome.p50Ms} ms, p99 ${outcome.p99Ms} ms`,
    `AWS would bill $${outcome.usdPerMillionEvents.toFixed(2)} per million events for what was called here (npm run cost: a steady load)`,
  ].join('\n');
}

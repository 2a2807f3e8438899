/**
 * `kill -9` under load: starts the whole platform on a data folder, writes to every service and to the app, kills the
 * process at a random moment (now and then while it is still starting), starts it again, and so on; then counts.
 *
 * Nothing that was acknowledged may be missing, and no effect may be had twice.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../core/index.ts';
import { type AwsClient, awsClient, RefusedError } from './aws-client.ts';
import { type StartingPlatform, startPlatformProcess } from './platform-process.ts';
import type { Probe, Verdict } from './probe.ts';
import { dynamodbItems, dynamodbTransactions, isThere } from './probes/dynamodb.ts';
import { executions } from './probes/executions.ts';
import { kinesisRecords } from './probes/kinesis.ts';
import { logEvents, schedules, snsNotices } from './probes/notices.ts';
import { s3Objects } from './probes/objects.ts';
import { bookings, purchases } from './probes/platform.ts';
import { busEvents, sqsFifoMessages, sqsMessages } from './probes/queues.ts';
import { metricData, ssmParameter } from './probes/settings.ts';

const HELP = `Usage: npm run kill -- [options]

Kills the running platform with SIGKILL under load, again and again on the same data, and counts what was lost.

Options:
  --kills N    how often                                        [default: 50]
  --seed N     seed of the moments                              [default: 1]
  --json       print {kills, acknowledged, lost, doubled, medianStartMs, slowestStartMs, probes} as the last line
  -h, --help   this text

Exit code: 0 when nothing was lost or doubled, else 1.`;

export const allProbes: readonly Probe[] = [
  purchases,
  bookings,
  executions,
  dynamodbItems,
  dynamodbTransactions,
  kinesisRecords,
  sqsMessages,
  sqsFifoMessages,
  busEvents,
  snsNotices,
  schedules,
  logEvents,
  s3Objects,
  ssmParameter,
  metricData,
];
const SHORTEST_LOAD_MS = 200;
const LONGEST_LOAD_MS = 2_500;
/** One kill in so many comes while the platform is starting. */
const KILLED_STARTING = 5;
const LONGEST_STARTING_MS = 2_500;
/** The share of the others that come when the app's functions are warm and answer. */
const KILLED_WARM = 0.7;
const LONGEST_WARMING_MS = 10_000;

/** Refusals that say nothing about the write: it is in doubt. */
const PASSING = /Unavailable|Throttl|TooMany|ProvisionedThroughput/;
const PASSING_MS = 50;

/** What one probe has tried so far. */
interface Trial {
  readonly probe: Probe;
  readonly acknowledged: Set<string>;
  readonly inDoubt: Set<string>;
  next: number;
}

export interface KillReport {
  readonly kills: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
  readonly medianStartMs: number;
  readonly slowestStartMs: number;
  readonly probes: readonly (Verdict & {
    readonly name: string;
    readonly acknowledged: number;
    readonly inDoubt: number;
  })[];
}

export interface KillOptions {
  readonly kills: number;
  readonly seed: number;
  readonly folder: string;
  /** @default all */
  readonly probes?: readonly Probe[];
  readonly report: (line: string) => void;
}

export async function killUnderLoad({
  kills,
  seed,
  folder,
  probes = allProbes,
  report,
}: KillOptions): Promise<KillReport> {
  const random = seededRandom(seed);
  const trials = probes.map((probe): Trial => ({ probe, acknowledged: new Set(), inDoubt: new Set(), next: 0 }));
  const startsMs: number[] = [];
  let isPrepared = false;
  let process: StartingPlatform | undefined;
  try {
    for (let kill = 1; kill <= kills; kill++) {
      process = startPlatformProcess(folder);
      if (isPrepared && random() < 1 / KILLED_STARTING) {
        await pause(random() * LONGEST_STARTING_MS);
        await process.kill();
        report(`kill ${kill} of ${kills}: while starting`);
        continue;
      }
      const platform = await process.ready;
      startsMs.push(platform.startedInMs);
      const aws = awsClient(platform.endpoint, platform.apiUrl);
      if (!isPrepared) for (const { probe } of trials) await prepare(probe, aws);
      isPrepared = true;
      const load = startLoad(trials, aws);
      if (random() < KILLED_WARM) await Promise.race([load.warm(), pause(LONGEST_WARMING_MS)]);
      await pause(SHORTEST_LOAD_MS + random() * (LONGEST_LOAD_MS - SHORTEST_LOAD_MS));
      await platform.kill();
      await load.ended();
      const acknowledged = sum(trials.map(trial => trial.acknowledged.size));
      report(
        `kill ${kill} of ${kills}: started in ${Math.round(platform.startedInMs)} ms, ${acknowledged} writes acknowledged so far`,
      );
    }
    process = startPlatformProcess(folder);
    const platform = await process.ready;
    startsMs.push(platform.startedInMs);
    report(
      platform.said
        .trim()
        .split('\n')
        .filter(line => /Recovered|Dropped|resources/.test(line))
        .join('\n'),
    );
    const aws = awsClient(platform.endpoint, platform.apiUrl);
    for (const trial of trials) await sendAgain(trial, aws);
    return await judge(trials, { aws, kills, startsMs, report });
  } finally {
    await process?.kill();
  }
}

async function prepare(probe: Probe, aws: AwsClient): Promise<void> {
  await probe.prepare?.(aws).catch((error: unknown) => {
    if (!isThere(error)) throw error;
  });
}

/** Writes in every lane of every probe until the connection ends. */
function startLoad(trials: readonly Trial[], aws: AwsClient): { warm(): Promise<void>; ended(): Promise<void> } {
  const app = trials.filter(({ probe }) => probe === purchases || probe === bookings);
  const coldAt = app.map(trial => trial.acknowledged.size);
  const isWarm = () => app.every((trial, index) => trial.acknowledged.size > (coldAt[index] ?? 0));
  const lanes = trials.flatMap(trial => {
    const again = sendAgain(trial, aws).catch(() => false);
    return Array.from({ length: trial.probe.lanes }, async () => {
      if ((await again) === false) return;
      while (await write(trial, aws, `${trial.probe.name.split(' ')[0]}-${trial.next++}`));
    });
  });
  const all = Promise.all(lanes);
  all.catch(() => {}); // told by `ended`
  let isOver = false;
  return {
    async warm() {
      while (!isWarm() && !isOver) await pause(20);
    },
    async ended() {
      await all.finally(() => {
        isOver = true;
      });
    },
  };
}

/** @returns false when the write was not acknowledged */
async function write(trial: Trial, aws: AwsClient, name: string): Promise<boolean> {
  trial.inDoubt.add(name);
  try {
    await trial.probe.write(aws, name);
  } catch (error) {
    if (error instanceof TypeError) return false; // the connection ended
    if (error instanceof RefusedError && PASSING.test(error.code)) {
      await pause(PASSING_MS);
      return true;
    }
    throw new Error(`Cannot write ${name} to ${trial.probe.name}`, { cause: error });
  }
  trial.inDoubt.delete(name);
  trial.acknowledged.add(name);
  return true;
}

/** What a producer would do with what is in doubt. @returns false when the connection ended */
async function sendAgain(trial: Trial, aws: AwsClient): Promise<boolean> {
  if (!trial.probe.sendsAgain) return true;
  for (const name of [...trial.inDoubt]) if (!(await write(trial, aws, name))) return false;
  return true;
}

async function judge(
  trials: readonly Trial[],
  {
    aws,
    kills,
    startsMs,
    report,
  }: { aws: AwsClient; kills: number; startsMs: number[]; report: (line: string) => void },
): Promise<KillReport> {
  const probes: KillReport['probes'][number][] = [];
  for (const { probe, acknowledged, inDoubt } of trials) {
    const verdict = await probe.verify(aws, { acknowledged, inDoubt });
    probes.push({ name: probe.name, acknowledged: acknowledged.size, inDoubt: inDoubt.size, ...verdict });
    report(
      `${probe.name}: ${acknowledged.size} acknowledged, ${verdict.lost.length} lost, ${verdict.doubled.length} doubled`,
    );
    for (const name of verdict.lost.slice(0, 10)) report(`  lost: ${name}`);
    for (const name of verdict.doubled.slice(0, 10)) report(`  doubled: ${name}`);
  }
  const sorted = startsMs.toSorted((a, b) => a - b);
  return {
    kills,
    acknowledged: sum(probes.map(probe => probe.acknowledged)),
    lost: sum(probes.map(probe => probe.lost.length)),
    doubled: sum(probes.map(probe => probe.doubled.length)),
    medianStartMs: Math.round(sorted[sorted.length >> 1] ?? 0),
    slowestStartMs: Math.round(sorted.at(-1) ?? 0),
    probes,
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '50' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-kill-'));
  try {
    const report = (line: string) => (values.json ? console.error(line) : console.log(line));
    const outcome = await killUnderLoad({ kills: Number(values.kills), seed: Number(values.seed), folder, report });
    console.log(
      values.json
        ? JSON.stringify(outcome)
        : `${outcome.acknowledged} writes acknowledged over ${outcome.kills} kills: ${outcome.lost} lost, ${outcome.doubled} doubled`,
    );
    return outcome.lost + outcome.doubled === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) process.exitCode = await main();

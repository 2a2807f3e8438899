/**
 * The embedded cloud's front door: runs a synthesized CDK app on one loopback port.
 * It knows AWS and nothing of the app; it reads the cloud assembly and loads handlers as assets.
 */
import { type CallCount, callCounts } from './calls/call-counts.ts';
import type { Cloud } from './cloud/cloud.ts';
import { seededIds } from './cloud/ids.ts';
import type { Journal } from './cloud/journal.ts';
import { checkedFaultPlan } from './faults/check-fault-plan.ts';
import type { FaultPlan } from './faults/fault-plan.ts';
import { faults, type InjectedFault } from './faults/faults.ts';
import { authorisation } from './iam/authorisation.ts';
import { principalOf } from './iam/credentials.ts';
import { type DiskJournal, openJournal, type RecoverySummary } from './journal/disk-journal.ts';
import { MeteredCloud } from './metering/metered-cloud.ts';
import type { UsageMeter } from './metering/usage-meter.ts';
import type { StreamSharding } from './services/dynamodb/streams/sharding.ts';
import { type Limits, registerServices } from './services/roster.ts';
import { loadAssembly } from './template/assembly.ts';
import { type Provisioned, provision } from './template/provision.ts';
import type { Clock } from './time/clock.ts';
import { RealClock } from './time/real-clock.ts';
import { mappedStream } from './wire/mapped-stream.ts';
import { type Mount, router } from './wire/router.ts';
import { listen, type RequestHandler } from './wire/server.ts';

export type { CallCount } from './calls/call-counts.ts';
export { AwsError } from './cloud/aws-error.ts';
export { OPERATOR } from './cloud/principal.ts';
export type { FaultPlan } from './faults/fault-plan.ts';
export type { InjectedFault } from './faults/faults.ts';
export { type IamReport, iamReport } from './iam/ledger.ts';
export type { RecoverySummary } from './journal/disk-journal.ts';
export { DamagedJournalError, DataFolderError } from './journal/journal-errors.ts';
export type { UsageTotal, UsageUnit } from './metering/usage.ts';
export type { UsageMeter } from './metering/usage-meter.ts';
export type { StreamSharding } from './services/dynamodb/streams/sharding.ts';
export type { Limits } from './services/roster.ts';
export { type Assembly, loadAssembly } from './template/assembly.ts';
export type { EarlierResources, Provisioned } from './template/provision.ts';

export interface OpenOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** @default 127.0.0.1; anything but a loopback address is refused */
  readonly host?: string;
  /** @default eu-west-1 */
  readonly region?: string;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Seed of every id and jitter. @default 1 */
  readonly seed?: number;
  /** Request handlers outside AWS, by path prefix. */
  readonly mounts?: Readonly<Record<string, Mount>>;
  /** Folder in which all state is kept across restarts. @default everything is in memory and ends with the process */
  readonly data?: string;
  /** Limits of AWS to enforce that are off otherwise. */
  readonly limits?: Limits;
  /** How the streams of DynamoDB tables are cut into shards. @default one shard, followed by another every four hours */
  readonly tableStreams?: StreamSharding;
}

export interface OpenCloud {
  readonly cloud: Cloud;
  /** For example `http://127.0.0.1:4700`: what `AWS_ENDPOINT_URL` has to be. */
  readonly endpoint: string;
  readonly port: number;
  /** How often each operation was called so far. */
  readonly calls: () => readonly CallCount[];
  /** What AWS would bill for, so far. */
  readonly usage: UsageMeter;
  /** The data folder and what an earlier process left in it; absent without one. */
  readonly data: DataFolder | undefined;
  close(): Promise<void>;
}

export interface DataFolder extends RecoverySummary {
  /** When the folder was first used, epoch ms. */
  readonly sinceMs: number;
  /** How often it was used, this time included. */
  readonly starts: number;
}

export interface StartOptions extends OpenOptions {
  /** The cloud assembly, for example `cdk.out`. */
  readonly assembly: string;
  /** What is to go wrong, from the moment on when everything is provisioned. @default nothing */
  readonly faults?: FaultPlan;
}

export interface RunningCloud extends OpenCloud {
  readonly provisioned: Provisioned;
  /** The outputs of all stacks, by their names. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The faults that the plan has injected so far, oldest first. */
  readonly injected: readonly InjectedFault[];
}

/** Odd and far from the seeds that people choose. */
const SEED_STEP = 0x9e3779b1;
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/**
 * Opens the port, with every service behind it and nothing provisioned.
 * @throws when the host is not a loopback address, or the port is taken (`EADDRINUSE`); DamagedJournalError and
 * DataFolderError when the data folder cannot be used
 */
export async function openCloud(options: OpenOptions): Promise<OpenCloud> {
  const opened = await openServices(options);
  await opened.journal?.resume();
  return opened.open;
}

/**
 * Opens the port and provisions every stack of the assembly.
 * @throws when the template uses what the embedded cloud does not have: every such place, with logical id and path
 */
export async function startCloud(options: StartOptions): Promise<RunningCloud> {
  const { open, journal } = await openServices(options);
  try {
    const plan = options.faults && checkedFaultPlan(open.cloud, options.faults);
    const provisioned = await provision(open.cloud, await loadAssembly(options.assembly));
    await journal?.resume();
    open.cloud.deployed();
    const outputs = Object.assign({}, ...provisioned.stacks.map(stack => stack.outputs)) as Record<string, string>;
    return { ...open, provisioned, outputs, injected: plan ? injectFaults(open.cloud, plan) : [] };
  } catch (error) {
    await open.close();
    throw error;
  }
}

/** Everything but what acts by itself on recovered state: that begins with the journal's `resume`. */
async function openServices(options: OpenOptions): Promise<{ open: OpenCloud; journal: DiskJournal | undefined }> {
  const host = options.host ?? '127.0.0.1';
  if (!LOOPBACK.test(host)) throw new Error(`Cannot listen on '${host}': only loopback addresses are served`);
  const journal = options.data === undefined ? undefined : openJournal({ folder: options.data });
  try {
    const clock = options.clock ?? new RealClock();
    const starts = journal && countStart(journal, clock);
    const cloud = new MeteredCloud({
      region: options.region ?? 'eu-west-1',
      accountId: '000000000000',
      clock,
      ids: seededIds((options.seed ?? 1) + Math.imul((starts?.count ?? 1) - 1, SEED_STEP)),
      ...(journal && { journal }),
    });
    registerServices(cloud, options);
    cloud.meterTelemetry();
    const counts = callCounts();
    cloud.intercept(authorisation(cloud));
    cloud.intercept(counts.intercept);
    const route = router(cloud, { principalOf, mounts: options.mounts ?? {} });
    const server = await listen(onceSettled(route, cloud.journal), { port: options.port, host });
    if (journal) cloud.onClose(() => journal.close()); // before the engines stop their work, which is to go on later
    cloud.onClose(() => server.close());
    cloud.endpoint = `http://${host}:${server.port}`;
    const open: OpenCloud = {
      cloud,
      endpoint: cloud.endpoint,
      port: server.port,
      calls: counts.read,
      usage: cloud.usage,
      data: journal && starts && { ...journal.summary, sinceMs: starts.firstMs, starts: starts.count },
      close: () => cloud.close(),
    };
    return { open, journal };
  } catch (error) {
    await journal?.close();
    throw error;
  }
}

/** Nobody outside is told of anything that could still be lost. */
function onceSettled(route: RequestHandler, journal: Journal): RequestHandler {
  if (!journal.durable) return route;
  return async request => {
    const response = await route(request);
    await journal.settled();
    const { stream } = response;
    return stream ? { ...response, stream: mappedStream(stream, piece => afterSettling(journal, piece)) } : response;
  };
}

async function afterSettling<Piece>(journal: Journal, piece: Piece): Promise<Piece> {
  await journal.settled();
  return piece;
}

interface Starts {
  readonly count: number;
  /** Epoch ms. */
  readonly firstMs: number;
}

/** Counts the starts on a data folder: each draws its ids from another seed, so that none is given twice. */
function countStart(journal: Journal, clock: Clock): Starts {
  let starts: Starts = { count: 0, firstMs: clock.now() };
  const touch = journal.keep<Starts>({
    name: 'cloud/starts',
    keys: () => ['starts'],
    read: () => starts,
    restore: (_, stored) => {
      starts = stored;
    },
  });
  starts = { ...starts, count: starts.count + 1 };
  touch('starts');
  return starts;
}

function injectFaults(cloud: Cloud, plan: FaultPlan): readonly InjectedFault[] {
  const { intercept, injected } = faults(cloud, plan);
  cloud.intercept(intercept);
  return injected;
}

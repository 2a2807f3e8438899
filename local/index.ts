/**
 * The embedded cloud's front door: runs a synthesized CDK app on one loopback port.
 * It knows AWS and nothing of the app; it reads the cloud assembly and loads handlers as assets.
 */
import { type CallCount, callCounts } from './calls/call-counts.ts';
import { Cloud } from './cloud/cloud.ts';
import { seededIds } from './cloud/ids.ts';
import { checkedFaultPlan } from './faults/check-fault-plan.ts';
import type { FaultPlan } from './faults/fault-plan.ts';
import { faults, type InjectedFault } from './faults/faults.ts';
import { authorisation } from './iam/authorisation.ts';
import { principalOf } from './iam/credentials.ts';
import { registerServices } from './services/roster.ts';
import { loadAssembly } from './template/assembly.ts';
import { type Provisioned, provision } from './template/provision.ts';
import type { Clock } from './time/clock.ts';
import { RealClock } from './time/real-clock.ts';
import { type Mount, router } from './wire/router.ts';
import { listen } from './wire/server.ts';

export type { CallCount } from './calls/call-counts.ts';
export { OPERATOR } from './cloud/principal.ts';
export type { FaultPlan } from './faults/fault-plan.ts';
export type { InjectedFault } from './faults/faults.ts';
export { type IamReport, iamReport } from './iam/ledger.ts';

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
}

export interface OpenCloud {
  readonly cloud: Cloud;
  /** For example `http://127.0.0.1:4700`: what `AWS_ENDPOINT_URL` has to be. */
  readonly endpoint: string;
  readonly port: number;
  /** How often each operation was called so far. */
  readonly calls: () => readonly CallCount[];
  close(): Promise<void>;
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

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/**
 * Opens the port, with every service behind it and nothing provisioned.
 * @throws when the host is not a loopback address, or the port is taken (`EADDRINUSE`)
 */
export async function openCloud(options: OpenOptions): Promise<OpenCloud> {
  const host = options.host ?? '127.0.0.1';
  if (!LOOPBACK.test(host)) throw new Error(`Cannot listen on '${host}': only loopback addresses are served`);
  const cloud = new Cloud({
    region: options.region ?? 'eu-west-1',
    accountId: '000000000000',
    clock: options.clock ?? new RealClock(),
    ids: seededIds(options.seed ?? 1),
  });
  registerServices(cloud);
  const counts = callCounts();
  cloud.intercept(authorisation(cloud));
  cloud.intercept(counts.intercept);
  const route = router(cloud, { principalOf, mounts: options.mounts ?? {} });
  const server = await listen(route, { port: options.port, host });
  cloud.onClose(() => server.close());
  cloud.endpoint = `http://${host}:${server.port}`;
  return { cloud, endpoint: cloud.endpoint, port: server.port, calls: counts.read, close: () => cloud.close() };
}

/**
 * Opens the port and provisions every stack of the assembly.
 * @throws when the template uses what the embedded cloud does not have: every such place, with logical id and path
 */
export async function startCloud(options: StartOptions): Promise<RunningCloud> {
  const open = await openCloud(options);
  try {
    const plan = options.faults && checkedFaultPlan(open.cloud, options.faults);
    const provisioned = await provision(open.cloud, await loadAssembly(options.assembly));
    const outputs = Object.assign({}, ...provisioned.stacks.map(stack => stack.outputs)) as Record<string, string>;
    return { ...open, provisioned, outputs, injected: plan ? injectFaults(open.cloud, plan) : [] };
  } catch (error) {
    await open.close();
    throw error;
  }
}

function injectFaults(cloud: Cloud, plan: FaultPlan): readonly InjectedFault[] {
  const { intercept, injected } = faults(cloud, plan);
  cloud.intercept(intercept);
  return injected;
}

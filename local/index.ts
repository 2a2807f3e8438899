/**
 * The embedded cloud's front door: runs a synthesized CDK app on one loopback port.
 * It knows AWS and nothing of the app; it reads the cloud assembly and loads handlers as assets.
 */

import { Cloud } from './cloud/cloud.ts';
import { authorisation } from './iam/authorisation.ts';
import { principalOf } from './iam/credentials.ts';

export { OPERATOR } from './cloud/principal.ts';

import { seededIds } from './cloud/ids.ts';
import { registerServices } from './services/roster.ts';
import { loadAssembly } from './template/assembly.ts';
import { type Provisioned, provision } from './template/provision.ts';
import type { Clock } from './time/clock.ts';
import { RealClock } from './time/real-clock.ts';
import { type Mount, router } from './wire/router.ts';
import { listen } from './wire/server.ts';

export interface StartOptions {
  /** The cloud assembly, for example `cdk.out`. */
  readonly assembly: string;
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

export interface RunningCloud {
  readonly cloud: Cloud;
  /** For example `http://127.0.0.1:4700`: what `AWS_ENDPOINT_URL` has to be. */
  readonly endpoint: string;
  readonly provisioned: Provisioned;
  /** The outputs of all stacks, by their names. */
  readonly outputs: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/**
 * Opens the port and provisions every stack of the assembly.
 * @throws when the template uses what the embedded cloud does not have: every such place, with logical id and path
 */
export async function startCloud(options: StartOptions): Promise<RunningCloud> {
  const host = options.host ?? '127.0.0.1';
  if (!LOOPBACK.test(host)) throw new Error(`Cannot listen on '${host}': only loopback addresses are served`);
  const cloud = new Cloud({
    region: options.region ?? 'eu-west-1',
    accountId: '000000000000',
    clock: options.clock ?? new RealClock(),
    ids: seededIds(options.seed ?? 1),
  });
  registerServices(cloud);
  cloud.intercept(authorisation(cloud));
  const server = await listen(router(cloud, { principalOf, mounts: options.mounts ?? {} }), {
    port: options.port,
    host,
  });
  cloud.onClose(() => server.close());
  cloud.endpoint = `http://${host}:${server.port}`;
  try {
    const provisioned = await provision(cloud, await loadAssembly(options.assembly));
    const outputs = Object.assign({}, ...provisioned.stacks.map(stack => stack.outputs)) as Record<string, string>;
    return { cloud, endpoint: cloud.endpoint, provisioned, outputs, close: () => cloud.close() };
  } catch (error) {
    await cloud.close();
    throw error;
  }
}

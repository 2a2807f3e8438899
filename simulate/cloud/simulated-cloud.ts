/** The synthesized template in an embedded cloud that has no port: on the virtual clock, its functions in this process. */
import { seededIds } from '../../local/cloud/ids.ts';
import { OPERATOR } from '../../local/cloud/principal.ts';
import type { HttpRequest, HttpResponse, JsonObject } from '../../local/cloud/service.ts';
import type { FaultPlan } from '../../local/faults/fault-plan.ts';
import { faults, type InjectedFault } from '../../local/faults/faults.ts';
import { authorisation } from '../../local/iam/authorisation.ts';
import { principalOf } from '../../local/iam/credentials.ts';
import type { Deployment } from '../../local/invoke/deployment.ts';
import { registerServices } from '../../local/services/roster.ts';
import type { Assembly } from '../../local/template/assembly.ts';
import { provision } from '../../local/template/provision.ts';
import { VirtualClock } from '../../local/time/virtual-clock.ts';
import { router } from '../../local/wire/router.ts';
import type { CompiledBundle } from '../host/compiled-bundle.ts';
import { InProcessHost } from '../host/in-process-host.ts';
import { staleReads } from './stale-reads.ts';
import { type Watch, WatchedCloud } from './watched-cloud.ts';

export interface SimulatedCloudOptions {
  readonly assembly: Assembly;
  readonly seed: number;
  readonly startMs: number;
  /** What the functions' clocks show beyond the cloud's, ms. */
  readonly skewMs: (nowMs: number) => number;
  /** Other code for a function than the template's. @default none */
  readonly bundleOf?: (deployment: Deployment) => CompiledBundle | undefined;
  readonly onLine?: (functionName: string, line: string) => void;
}

export interface SimulatedCloud {
  readonly clock: VirtualClock;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Physical ids by type. */
  readonly physicalIds: ReadonlyMap<string, readonly string[]>;
  readonly host: InProcessHost;
  /** One call as the operator. */
  call<Output = JsonObject>(service: string, operation: string, input: JsonObject): Promise<Output>;
  /** A request from outside, as it would come in at the port. */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** From now on `watch` hears of every call that a service carries out or refuses. */
  watch(watch: Watch): void;
  /** From now on this goes wrong. @returns what has, so far */
  inject(plan: FaultPlan): readonly InjectedFault[];
  close(): Promise<void>;
}

/** So that staleness has a randomness of its own. */
const STALENESS = 7919;

export async function openSimulatedCloud(options: SimulatedCloudOptions): Promise<SimulatedCloud> {
  const { assembly, seed, startMs, skewMs, bundleOf, onLine } = options;
  const clock = new VirtualClock(startMs);
  const cloud = new WatchedCloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(seed) });
  cloud.endpoint = 'http://127.0.0.1:4700'; // nobody listens there: requests are answered in this process
  const host = new InProcessHost({
    cloud,
    seed,
    route: request => route(request),
    skewMs: () => skewMs(clock.now()),
    ...(bundleOf && { bundleOf }),
    ...(onLine && { onLine }),
  });
  registerServices(cloud, { lambda: { host } });
  const route = router(cloud, { principalOf: key => host.principalOf(key) ?? principalOf(key) });
  cloud.intercept(authorisation(cloud));
  cloud.intercept(staleReads(seededIds(seed + STALENESS)));
  const { stacks } = await onClock(clock, provision(cloud, assembly));
  const resources = stacks.flatMap(stack => stack.resources);
  const byType = Map.groupBy(resources, ({ type }) => type);
  return {
    clock,
    host,
    outputs: Object.assign({}, ...stacks.map(stack => stack.outputs)) as Record<string, unknown>,
    physicalIds: new Map([...byType].map(([type, some]) => [type, some.map(({ physicalId }) => physicalId)])),
    call: (service, operation, input) => cloud.call({ service, operation, input, principal: OPERATOR }),
    request: route,
    watch: watch => cloud.watch(watch),
    inject(plan) {
      const { intercept, injected } = faults(cloud, plan, { callers: host.callers });
      cloud.intercept(intercept);
      return injected;
    },
    close: () => cloud.close(),
  };
}

/** So long a template may take to be provisioned: what its functions do for it passes on the cloud's clock. */
const PROVISION_LIMIT_MS = 10 * 60_000;

async function onClock<Result>(clock: VirtualClock, work: Promise<Result>): Promise<Result> {
  let isDone = false;
  const settle = () => {
    isDone = true;
  };
  work.then(settle, settle);
  await clock.advanceUntil(() => isDone, PROVISION_LIMIT_MS);
  return work;
}

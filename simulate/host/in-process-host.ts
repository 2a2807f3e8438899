/**
 * Runs functions in this process, on the cloud's clock, all their randomness from one seed: two runs with the same seed
 * make the same calls in the same order.
 *
 * 1. An environment runs one invocation at a time; the warmest free one is used, and a new one is started when none is.
 * 2. State at module level ends with its environment, and no environment outlives the host.
 * 3. Every request takes a little of the cloud's time on its way there and on its way back, so that what AWS does side
 *    by side is interleaved here too.
 */
import type { Cloud } from '../../local/cloud/cloud.ts';
import { type Ids, seededIds } from '../../local/cloud/ids.ts';
import type { Principal } from '../../local/cloud/principal.ts';
import type { HttpRequest, HttpResponse } from '../../local/cloud/service.ts';
import type { Callers } from '../../local/faults/faults.ts';
import type { Deployment, Invocation } from '../../local/invoke/deployment.ts';
import { environmentVariables } from '../../local/invoke/environment-variables.ts';
import type { HostedInvocation, LambdaHost } from '../../local/invoke/lambda-host.ts';
import { bundleIn, type CompiledBundle } from './compiled-bundle.ts';
import { InProcessEnvironment } from './in-process-environment.ts';
import { nodeModules } from './node-modules.ts';
import { makeSandbox } from './sandbox.ts';
import type { SendRequest } from './send-request.ts';

export interface InProcessHostOptions {
  readonly cloud: Cloud;
  readonly seed: number;
  /** Answers the functions' requests. */
  readonly route: (request: HttpRequest) => Promise<HttpResponse>;
  /** What the functions' clocks show beyond the cloud's, ms. @default 0 */
  readonly skewMs?: () => number;
  /** @default the bundle in the deployment's folder */
  readonly bundleOf?: (deployment: Deployment) => CompiledBundle | undefined;
  /** Hears what functions print. @default nobody */
  readonly onLine?: (functionName: string, line: string) => void;
}

const SHORTEST_WAY_MS = 1;
const LONGEST_WAY_MS = 8;

export class InProcessHost implements LambdaHost {
  readonly #options: InProcessHostOptions;
  readonly #ids: Ids;
  /** Free environments by revision, the warmest last. */
  readonly #free = new Map<string, InProcessEnvironment[]>();
  readonly #byKey = new Map<string, InProcessEnvironment>();
  readonly #byPrincipal = new Map<Principal, InProcessEnvironment>();
  #started = 0;

  constructor(options: InProcessHostOptions) {
    this.#options = options;
    this.#ids = seededIds(options.seed);
  }

  /** The functions that are running: who can be made to die at a call. */
  readonly callers: Callers = {
    isRunning: principal => this.#byPrincipal.get(principal)?.isRunning ?? false,
    crash: principal => this.#byPrincipal.get(principal)?.crash(),
  };

  /** Environments started so far. */
  get coldStarts(): number {
    return this.#started;
  }

  /** Who was given this access key: each environment has one of its own. */
  principalOf(accessKeyId: string): Principal | undefined {
    return this.#byKey.get(accessKeyId)?.principal;
  }

  async invoke(deployment: Deployment, invocation: Invocation): Promise<HostedInvocation> {
    const environment = this.#free.get(deployment.revisionId)?.pop() ?? this.#start(deployment);
    const outcome = await environment.invoke(invocation);
    if (environment.dead) {
      this.#byPrincipal.delete(environment.principal);
    } else {
      const free = this.#free.get(deployment.revisionId) ?? [];
      this.#free.set(deployment.revisionId, free);
      free.push(environment);
    }
    return { outcome };
  }

  retire(revisionId: string): void {
    this.#free.delete(revisionId);
  }

  /** Lambda may end an environment whenever it is idle: the next invocation of every function is a cold start. */
  recycle(): void {
    this.#free.clear();
  }

  async close(): Promise<void> {
    this.#free.clear();
    this.#byKey.clear();
    this.#byPrincipal.clear();
  }

  #start(deployment: Deployment): InProcessEnvironment {
    const { cloud, bundleOf, skewMs = () => 0, onLine } = this.#options;
    const { functionName, roleArn } = deployment;
    const accessKeyId = `ASIA${String(++this.#started).padStart(16, '0')}`;
    const principal: Principal = { kind: 'role', roleArn, session: functionName };
    const environment = new InProcessEnvironment({
      deployment,
      clock: cloud.clock,
      principal,
      bundle: bundleOf?.(deployment) ?? bundleIn(deployment.folder),
      sandbox: owner =>
        makeSandbox({
          clock: cloud.clock,
          skewMs,
          ids: this.#ids,
          variables: environmentVariables({
            cloud,
            deployment,
            logStream: accessKeyId,
            credentials: { accessKeyId, secretAccessKey: 'secret', sessionToken: 'session' },
          }),
          timers: owner.timers,
          nodeModules: nodeModules({ ids: this.#ids, send: this.#sender(owner) }),
          onLine: line => onLine?.(functionName, line),
          onExit: code => owner.crash(code),
        }),
    });
    this.#byKey.set(accessKeyId, environment);
    this.#byPrincipal.set(principal, environment);
    return environment;
  }

  #sender(environment: InProcessEnvironment): SendRequest {
    const { cloud, route } = this.#options;
    return async request => {
      if (environment.dead) return neverAnswered();
      await cloud.clock.sleep(this.#wayMs());
      if (environment.dead) return neverAnswered();
      const response = await route(request);
      await cloud.clock.sleep(this.#wayMs());
      return environment.dead ? neverAnswered() : response;
    };
  }

  #wayMs(): number {
    return SHORTEST_WAY_MS + Math.floor(this.#ids.random() * (LONGEST_WAY_MS - SHORTEST_WAY_MS + 1));
  }
}

function neverAnswered(): Promise<never> {
  return new Promise(() => {});
}

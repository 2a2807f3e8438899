import { availableParallelism } from 'node:os';
import type { Cloud } from '../cloud/cloud.ts';
import type { Credentials } from '../iam/credentials.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import type { Deployment, Invocation, InvocationOutcome } from './deployment.ts';
import { responseTooLarge } from './environment-errors.ts';
import { EnvironmentLog } from './environment-log.ts';
import { EnvironmentPool } from './environment-pool.ts';
import { environmentVariables } from './environment-variables.ts';
import { ExecutionEnvironment } from './execution-environment.ts';
import type { HostedInvocation, InvokeOptions, LambdaHost } from './lambda-host.ts';

/** 6 MB and a little, as AWS states it in its error. */
const LONGEST_RESPONSE_BYTES = 6_291_556;
const ENVIRONMENTS_PER_CORE = 1;
const MOST_ENVIRONMENTS = 200;

export interface FunctionHostOptions {
  readonly cloud: Cloud;
  readonly credentialsFor: (roleArn: string, session: string) => Credentials;
}

/** Runs functions in worker threads. */
export class FunctionHost implements LambdaHost {
  readonly #cloud: Cloud;
  readonly #credentialsFor: FunctionHostOptions['credentialsFor'];
  readonly #pools = new Map<string, EnvironmentPool>();
  /** Replaced, but perhaps still busy. */
  readonly #retired = new Set<EnvironmentPool>();
  readonly #logs = new WeakMap<ExecutionEnvironment, EnvironmentLog>();

  constructor(options: FunctionHostOptions) {
    this.#cloud = options.cloud;
    this.#credentialsFor = options.credentialsFor;
    options.cloud.onDeployed(() => {
      for (const pool of this.#pools.values()) pool.letIdleGo();
    });
  }

  /** Runs one invocation to its end; the cloud's clock stands still meanwhile, if it is a virtual one. Never rejects. */
  async invoke(deployment: Deployment, invocation: Invocation, options: InvokeOptions = {}): Promise<HostedInvocation> {
    const release = this.#cloud.clock.hold();
    try {
      let log: EnvironmentLog | undefined;
      const ended = await this.#pool(deployment).run(invocation, environment => {
        log = this.#logs.get(environment);
        log?.start(invocation.requestId, options.keepLogTail ?? false);
      });
      const outcome = withinResponseLimit(ended);
      const logTail = log?.end(invocation.requestId, outcome);
      return { outcome, ...(logTail === undefined ? {} : { logTail }) };
    } finally {
      release();
    }
  }

  /** Resolves when an environment is free; the cloud's clock stands still meanwhile, as it does while they are busy. */
  async whenFree(deployment: Deployment): Promise<void> {
    const release = this.#cloud.clock.hold();
    try {
      await this.#pool(deployment).whenFree();
    } finally {
      release();
    }
  }

  /** The deployment was replaced or deleted: its environments end as soon as they are free. */
  retire(revisionId: string): void {
    const pool = this.#pools.get(revisionId);
    if (!pool) return;
    pool.retire();
    this.#pools.delete(revisionId);
    this.#retired.add(pool);
  }

  /** Environments that are alive, warm or busy. */
  environmentCount(revisionId: string): number {
    return this.#pools.get(revisionId)?.environmentCount ?? 0;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values(), ...this.#retired].map(pool => pool.close()));
    this.#pools.clear();
    this.#retired.clear();
  }

  #pool(deployment: Deployment): EnvironmentPool {
    const existing = this.#pools.get(deployment.revisionId);
    if (existing) return existing;
    const pool = new EnvironmentPool({
      clock: this.#cloud.clock,
      start: () => this.#start(deployment),
      gentleAboveCount: ENVIRONMENTS_PER_CORE * availableParallelism(),
      bootAtOnce: availableParallelism(),
      mostEnvironments: MOST_ENVIRONMENTS,
    });
    this.#pools.set(deployment.revisionId, pool);
    return pool;
  }

  #start(deployment: Deployment): ExecutionEnvironment {
    const cloud = this.#cloud;
    const log = new EnvironmentLog(cloud, deployment);
    const credentials = this.#credentialsFor(deployment.roleArn, deployment.functionName);
    const environment = new ExecutionEnvironment({
      deployment,
      variables: environmentVariables({ cloud, deployment, credentials, logStream: log.logStream }),
      logStream: log.logStream,
      onLine: text => log.write(text),
      ...(cloud.clock instanceof VirtualClock ? { cloudNow: () => cloud.clock.now() } : {}),
    });
    this.#logs.set(environment, log);
    return environment;
  }
}

function withinResponseLimit(outcome: InvocationOutcome): InvocationOutcome {
  if (outcome.kind === 'failed' || outcome.payload.length <= LONGEST_RESPONSE_BYTES / 3) return outcome;
  if (Buffer.byteLength(outcome.payload) <= LONGEST_RESPONSE_BYTES) return outcome;
  const { payload: _, ...measured } = outcome;
  return { ...measured, kind: 'failed', error: responseTooLarge(LONGEST_RESPONSE_BYTES), fatal: false };
}

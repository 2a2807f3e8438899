/** One run of a plan: opens the cloud, lets producers and faults loose on it, and lets it come to rest. */
import type { InjectedFault } from '../../local/faults/faults.ts';
import type { Deployment } from '../../local/invoke/deployment.ts';
import type { Assembly } from '../../local/template/assembly.ts';
import type { Findings } from '../checks/findings.ts';
import { type Violation, violationsOf } from '../checks/violations.ts';
import { openSimulatedCloud, type SimulatedCloud } from '../cloud/simulated-cloud.ts';
import { type PlatformNames, platformNames } from '../evidence/platform-names.ts';
import { type PublishedFact, publishedFacts } from '../evidence/published-facts.ts';
import { readEvidence } from '../evidence/read-evidence.ts';
import type { CompiledBundle } from '../host/compiled-bundle.ts';
import { type SimulationPlan, START_MS, type Step } from '../plan/simulation-plan.ts';
import { type Answers, sendBooking, sendEvents } from './producer.ts';
import { reshard } from './reshard.ts';
import { STOCK, stockShelves } from './stock.ts';
import { pauseSweeps } from './sweeps.ts';
import { trace } from './trace.ts';

export interface RunOptions {
  readonly assembly: Assembly;
  /** Other code for a function than the template's. @default none */
  readonly bundleOf?: (deployment: Deployment) => CompiledBundle | undefined;
  /** So long everything may take to come to rest. @default 3 hours of the cloud's time */
  readonly restLimitMs?: number;
  /** Is shown what every look at the run has found. @default nobody */
  readonly onFindings?: (findings: Findings) => void;
  /** Hears what functions print. @default nobody */
  readonly onLine?: (functionName: string, line: string) => void;
}

export interface RunResult {
  readonly injected: readonly InjectedFault[];
  readonly violations: readonly Violation[];
  /** The same for two runs of the same plan. */
  readonly digest: string;
  /** Of the cloud's time, until everything was at rest. */
  readonly restMs: number;
}

/** Longer than any cart is left open before it is given up, and any message invisible. */
const FIRST_LOOK_MS = 40 * 60_000;
const LOOK_EVERY_MS = 10 * 60_000;
const LIMIT_MS = 3 * 60 * 60_000;

/** Runs a plan to its end. Everything in it follows from the plan. */
export async function runPlan(plan: SimulationPlan, options: RunOptions): Promise<RunResult> {
  const jumps = plan.steps.flatMap(step => (step.kind === 'jump' ? [step] : []));
  const { bundleOf, onLine } = options;
  const cloud: SimulatedCloud = await openSimulatedCloud({
    assembly: options.assembly,
    seed: plan.seed,
    startMs: START_MS,
    skewMs: nowMs => jumps.reduce((sum, { atMs, byMs }) => (nowMs >= START_MS + atMs ? sum + byMs : sum), 0),
    ...(bundleOf && { bundleOf }),
    ...(onLine && { onLine }),
  });
  try {
    return await new Run(plan, cloud, options).toTheEnd();
  } finally {
    await cloud.close();
  }
}

class Run {
  readonly #options: RunOptions;
  readonly #plan: SimulationPlan;
  readonly #cloud: SimulatedCloud;
  readonly #names: PlatformNames;
  readonly #answers: Answers = { events: [], bookings: [], givenUp: [] };
  readonly #published: PublishedFact[] = [];
  #busyProducers = 0;

  constructor(plan: SimulationPlan, cloud: SimulatedCloud, options: RunOptions) {
    this.#options = options;
    this.#plan = plan;
    this.#cloud = cloud;
    this.#names = platformNames(cloud);
  }

  async toTheEnd(): Promise<RunResult> {
    const { clock } = this.#cloud;
    const limitMs = this.#options.restLimitMs ?? LIMIT_MS;
    pauseSweeps(this.#cloud, this.#names.sweeps);
    await stockShelves(this.#cloud, this.#names.inventory);
    const calls = trace();
    this.#cloud.watch(carriedOut => {
      calls.add(carriedOut);
      this.#published.push(...publishedFacts(carriedOut));
    });
    const injected = this.#cloud.inject({ seed: this.#plan.seed, rules: [...this.#plan.rules] });
    const begunMs = clock.now();
    this.#begin();
    let violations: readonly Violation[] = [];
    await clock.advance(FIRST_LOOK_MS);
    for (;;) {
      violations = await this.#violations();
      const restMs = clock.now() - begunMs;
      if (violations.length === 0 || restMs >= limitMs) return { injected, violations, digest: calls.digest(), restMs };
      await clock.advance(LOOK_EVERY_MS);
    }
  }

  async #violations(): Promise<readonly Violation[]> {
    const findings: Findings = {
      plan: this.#plan,
      evidence: await readEvidence(this.#cloud, this.#names),
      answers: this.#answers,
      published: this.#published,
      stock: STOCK,
      busy: this.#busyProducers,
    };
    this.#options.onFindings?.(findings);
    return violationsOf(findings);
  }

  /** Every producer works through its own steps; what nobody produces happens at its moment. */
  #begin(): void {
    const byProducer = Map.groupBy(this.#plan.steps, step => ('producer' in step ? step.producer : undefined));
    for (const [producer, steps] of byProducer) {
      if (producer === undefined) for (const step of steps) this.#at(step);
      else void this.#produce(steps);
    }
  }

  async #produce(steps: readonly Step[]): Promise<void> {
    const { clock } = this.#cloud;
    const begunMs = clock.now();
    this.#busyProducers++;
    const options = { clock, post: this.#post, answers: this.#answers };
    for (const step of steps) {
      await clock.sleep(begunMs + step.atMs - clock.now());
      if (step.kind === 'events') await sendEvents(options, step.events, step.onInvalid);
      if (step.kind === 'booking') await sendBooking(options, step.booking);
    }
    this.#busyProducers--;
  }

  #at(step: Step): void {
    this.#cloud.clock.schedule(step.atMs, () => {
      if (step.kind === 'recycle') this.#cloud.host.recycle();
      if (step.kind === 'poison-record') void this.#putRecord(step.partitionKey, step.text);
      if (step.kind === 'direct-event') void this.#putRecord(step.event.subject, JSON.stringify(step.event));
      if (step.kind === 'split-shard' || step.kind === 'merge-shards') {
        void reshard(this.#cloud, this.#names.stream, { how: step.kind, shard: step.shard });
      }
    });
  }

  async #putRecord(partitionKey: string, text: string): Promise<void> {
    const { clock } = this.#cloud;
    const Data = Buffer.from(text).toString('base64');
    const record = { StreamName: this.#names.stream, PartitionKey: partitionKey, Data };
    for (let taken = false; !taken; ) {
      taken = await this.#cloud.call('kinesis', 'PutRecord', record).then(
        () => true,
        () => false,
      );
      if (!taken) await clock.sleep(1_000);
    }
  }

  readonly #post = (path: string, contentType: string, body: string) => {
    const [plain = '', query] = path.split('?');
    return this.#cloud.request({
      method: 'POST',
      path: `${this.#names.apiPath}${plain}`,
      query: new URLSearchParams(query),
      headers: { 'content-type': contentType, host: 'millrace.test' },
      body: Buffer.from(body),
    });
  };
}

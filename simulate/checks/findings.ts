import type { PublishedFact } from '../evidence/published-facts.ts';
import type { Evidence } from '../evidence/read-evidence.ts';
import type { SimulationPlan } from '../plan/simulation-plan.ts';
import type { StreamModel } from '../reference/stream-model.ts';
import type { Answers } from '../run/producer.ts';

/** All that the checks judge by. */
export interface Findings {
  readonly plan: SimulationPlan;
  readonly evidence: Evidence;
  readonly answers: Answers;
  readonly published: readonly PublishedFact[];
  /** What was on the shelves at the beginning. */
  readonly stock: ReadonlyMap<string, number>;
  /** Producers that have not ended. */
  readonly busy: number;
}

/** Findings, and what the model makes of the stream. */
export interface Judged extends Findings {
  readonly model: StreamModel;
}

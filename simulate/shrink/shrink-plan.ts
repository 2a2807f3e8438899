/** The smallest plan that still fails: fewer faults first, then less traffic, then single events and single strikes. */
import type { Violation } from '../checks/violations.ts';
import type { FaultRule, SimulationPlan, Step } from '../plan/simulation-plan.ts';
import { smallestList } from './smallest-list.ts';

export interface ShrinkOptions {
  /** Runs a plan. @returns what does not add up */
  readonly run: (plan: SimulationPlan) => Promise<readonly Violation[]>;
  /** After so many runs the smallest plan so far is taken. */
  readonly maxRuns: number;
  readonly onProgress?: (runs: number, plan: SimulationPlan) => void;
}

export interface Shrunk {
  readonly plan: SimulationPlan;
  readonly violations: readonly Violation[];
  readonly runs: number;
}

/** @throws Error when the plan does not fail */
export async function shrinkPlan(plan: SimulationPlan, options: ShrinkOptions): Promise<Shrunk> {
  const first = await options.run(plan);
  if (first.length === 0) throw new Error(`Cannot shrink the plan of seed ${plan.seed}: it does not fail`);
  const kinds = new Set(first.map(kindOf));
  let best = { plan, violations: first };
  let runs = 1;
  /** Whether the plan fails in a way in which the first did. */
  async function fails(smaller: SimulationPlan): Promise<boolean> {
    if (runs >= options.maxRuns) return false;
    runs++;
    const violations = await options.run(smaller);
    if (!violations.some(violation => kinds.has(kindOf(violation)))) return false;
    best = { plan: smaller, violations };
    options.onProgress?.(runs, smaller);
    return true;
  }
  await smallestList(plan.rules, rules => fails({ ...best.plan, rules }));
  await smallestList(plan.steps, steps => fails({ ...best.plan, steps }));
  for (const step of best.plan.steps) if (step.kind === 'events') await shrinkEvents(step);
  for (const rule of best.plan.rules) await shrinkRule(rule);
  return { ...best, runs };

  async function shrinkEvents(step: Step & { readonly kind: 'events' }): Promise<void> {
    let current: Step = step;
    await smallestList(step.events, async events => {
      const smaller: Step = { ...step, events };
      if (events.length === 0 || !(await fails({ ...best.plan, steps: replaced(best.plan.steps, current, smaller) })))
        return false;
      current = smaller;
      return true;
    });
  }

  async function shrinkRule(rule: FaultRule): Promise<void> {
    const once: FaultRule = { ...rule, when: { ...rule.when, times: 1, every: 1 } };
    await fails({ ...best.plan, rules: replaced(best.plan.rules, rule, once) });
  }
}

function kindOf({ check, what }: Violation): string {
  return `${check} ${what}`;
}

function replaced<Item>(items: readonly Item[], old: Item, item: Item): Item[] {
  return items.map(each => (each === old ? item : each));
}

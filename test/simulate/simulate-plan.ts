import { loadAssembly } from '../../local/template/assembly.ts';
import type { Violation } from '../../simulate/checks/violations.ts';
import { holdAssembly } from '../../simulate/cloud/hold-assembly.ts';
import type { SimulationPlan } from '../../simulate/plan/simulation-plan.ts';
import { runPlanGuarded } from '../../simulate/seeds/run-seed.ts';

/** Runs a plan on the template as it is now. @returns what does not add up */
export async function simulatePlan(plan: SimulationPlan): Promise<readonly Violation[]> {
  const { folder, release } = await holdAssembly();
  const { violations } = await runPlanGuarded(plan, { assembly: loadAssembly(folder) }).finally(release);
  return violations;
}

import { seededRandom } from '../../core/index.ts';
import { generateFaults } from './generate-faults.ts';
import { generateSteps } from './generate-steps.ts';
import type { SimulationPlan } from './simulation-plan.ts';

/** The plan of a seed. */
export function generatePlan(seed: number): SimulationPlan {
  const random = seededRandom(seed);
  return { seed, steps: generateSteps(random), rules: generateFaults(random) };
}

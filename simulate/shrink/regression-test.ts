import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Violation } from '../checks/violations.ts';
import type { SimulationPlan } from '../plan/simulation-plan.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../test/simulate/regressions');

/** A test, ready to run, that fails for as long as the plan does. The plan stands in it as text, so that it can be long. */
export function regressionTest(plan: SimulationPlan, violations: readonly Violation[]): string {
  const [first] = violations;
  const title = `seed ${plan.seed}: ${first?.check} of ${first?.about}: ${first?.what}`;
  return `import { expect, test } from 'vitest';
import type { SimulationPlan } from '../../../simulate/plan/simulation-plan.ts';
import { simulatePlan } from '../simulate-plan.ts';

const PLAN: SimulationPlan = JSON.parse(String.raw\`
${JSON.stringify(plan, undefined, 2).replaceAll('`', '\\u0060').replaceAll('${', '\\u0024{')}
\`);

test(${quoted(title)}, async () => {
  expect(await simulatePlan(PLAN)).toEqual([]);
});
`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', ' ')}'`;
}

/** Writes the test. @returns its path */
export async function writeRegressionTest(plan: SimulationPlan, violations: readonly Violation[]): Promise<string> {
  const file = path.join(FOLDER, `seed-${plan.seed}.test.ts`);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(file, regressionTest(plan, violations));
  return file;
}

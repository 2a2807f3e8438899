import { loadAssembly } from '../../local/template/assembly.ts';
import type { Findings } from '../../simulate/checks/findings.ts';
import { holdAssembly } from '../../simulate/cloud/hold-assembly.ts';
import { generatePlan } from '../../simulate/plan/generate-plan.ts';
import { runPlan } from '../../simulate/run/run-plan.ts';

/** All that the checks were shown at the end of a run without faults. */
export async function findingsOfSeed(seed: number): Promise<Findings> {
  const { folder, release } = await holdAssembly();
  let findings: Findings | undefined;
  const onFindings = (latest: Findings) => {
    findings = latest;
  };
  await runPlan({ ...generatePlan(seed), rules: [] }, { assembly: loadAssembly(folder), onFindings }).finally(release);
  if (!findings) throw new Error(`Cannot find anything: the run of seed ${seed} has not come to its end`);
  return findings;
}

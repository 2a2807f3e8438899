import type { SimulationPlan } from '../plan/simulation-plan.ts';
import { modelStream } from '../reference/stream-model.ts';
import { checkDoor } from './check-door.ts';
import { checkFacts } from './check-facts.ts';
import { checkLedger } from './check-ledger.ts';
import { checkProfiles } from './check-profiles.ts';
import { checkQueues } from './check-queues.ts';
import { checkSagas } from './check-sagas.ts';
import { checkSales } from './check-sales.ts';
import type { Findings } from './findings.ts';
import type { Violation } from './violation.ts';

export type { Violation } from './violation.ts';

/** Everything that does not add up; nothing while all is well. */
export function violationsOf(findings: Findings): readonly Violation[] {
  const judged = { ...findings, model: modelStream(findings.evidence.records, validIds(findings.plan)) };
  return [
    ...checkDoor(judged),
    ...checkLedger(judged),
    ...checkProfiles(judged),
    ...checkFacts(judged),
    ...checkSales(judged),
    ...checkSagas(judged),
    ...checkQueues(judged),
  ];
}

function validIds(plan: SimulationPlan): ReadonlySet<string> {
  const ids = plan.steps.flatMap(step => {
    if (step.kind === 'direct-event') return [step.event.id];
    if (step.kind !== 'events') return [];
    return step.events.flatMap(({ event, valid }) => (valid ? [(event as { id: string }).id] : []));
  });
  return new Set(ids);
}

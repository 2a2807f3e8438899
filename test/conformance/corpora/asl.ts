import path from 'node:path';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { statesService } from '../../../local/services/states/states-service.ts';
import { asAslRow } from '../asl/asl-row.ts';
import { judgeCreateError, judgeDiagnostics, judgeValidity } from '../asl/definition-judges.ts';
import { judgeExecution } from '../asl/execution-judge.ts';
import { judgeTestState, judgeTestStateError } from '../asl/test-state-judge.ts';
import type { Corpus } from '../corpus.ts';
import { readRowCases } from '../json-rows.ts';
import { type CaseVerdict, outOfScope } from '../verdict.ts';
import { newCloud, openWire, type Wire } from '../wire.ts';

/** The States Language: executions, refusals, diagnostics and tests of single states, all over the wire. */
export const asl: Corpus = {
  name: 'asl',
  source: 'recorded on AWS; statelint, asl-validator and another interpreter',
  fileName: 'asl.jsonl',
  async open(directory) {
    const wire = await openWire();
    const cases = await readRowCases(path.join(directory, 'asl.jsonl'), {
      judge: row => judge(wire, row),
      group: 'kind',
    });
    return { cases, close: () => wire.close() };
  },
};

function judge(wire: Wire, row: JsonObject): Promise<CaseVerdict> | CaseVerdict {
  const aslRow = asAslRow(row);
  if (!aslRow) return outOfScope('the row has no kind, definition or answer');
  if (aslRow.kind === 'execution') return judgeExecution(wire, aslRow);
  const { cloud } = newCloud();
  cloud.register(statesService(cloud));
  wire.serve(cloud);
  switch (aslRow.kind) {
    case 'create-error':
      return judgeCreateError(wire, aslRow);
    case 'validate-definition':
      return judgeDiagnostics(wire, aslRow);
    case 'validity':
      return judgeValidity(wire, aslRow);
    case 'test-state':
      return judgeTestState(wire, aslRow);
    case 'test-state-error':
      return judgeTestStateError(wire, aslRow);
    default:
      return outOfScope(`${aslRow.kind}: no such kind of row is known`);
  }
}

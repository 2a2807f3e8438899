import { describe, expect, it } from 'vitest';
import { judgeExecution } from './asl-judge.ts';
import { type AslRow, readAslCorpus, runRow } from './asl-oracle.ts';
import { judgeCreateError, judgeDiagnostics, judgeValidity } from './definition-judge.ts';
import { judgeJsonata, readJsonataCorpus } from './jsonata-oracle.ts';

const asl = readAslCorpus();
const jsonata = readJsonataCorpus();
/** `ORACLE_MISSES=1` prints every row that does not agree. */
const PRINT_MISSES = process.env.ORACLE_MISSES !== undefined;

type Verdict = string | undefined;

async function passRate<Row extends { id: string }>(
  rows: readonly Row[],
  judge: (row: Row) => Promise<Verdict>,
): Promise<number> {
  let passed = 0;
  for (const row of rows) {
    const verdict = await judge(row);
    if (verdict === undefined) passed++;
    else if (PRINT_MISSES) console.log(`${row.id}: ${verdict}`);
  }
  return passed / rows.length;
}

function rowsOf(kind: string, also: (row: AslRow) => boolean = () => true): AslRow[] {
  return (asl ?? []).filter(row => row.kind === kind && also(row));
}

/** What the embedded cloud refuses because it has no such service is not judged. */
async function judgeRun(row: AslRow): Promise<Verdict> {
  try {
    return judgeExecution(row, await runRow(row));
  } catch (error) {
    const refused = error instanceof Error && error.name === 'InvalidDefinition';
    if (refused && row.authority !== 'real-aws' && row.expected.status === 'FAILED') return undefined;
    return String(error);
  }
}

describe.skipIf(!asl)('The States Language, judged by what AWS did (skipped where the corpus is not there)', () => {
  it('runs at least 99 % of the executions as AWS ran them', async () => {
    const rows = rowsOf('execution', row => row.judgeable && row.authority === 'real-aws');
    expect(await passRate(rows, judgeRun)).toBeGreaterThanOrEqual(0.99);
  });

  it('replays at least 95 % of the executions whose tasks were recorded', async () => {
    const rows = rowsOf('execution', row => row.replayableWithTaskMocks === true);
    expect(await passRate(rows, judgeRun)).toBeGreaterThanOrEqual(0.95);
  });

  it('agrees with at least 99 % of the executions of an independent interpreter', async () => {
    const rows = rowsOf('execution', row => row.judgeable && row.authority !== 'real-aws');
    expect(await passRate(rows, judgeRun)).toBeGreaterThanOrEqual(0.99);
  });

  it('refuses every machine that AWS refused, with its code', async () => {
    expect(await passRate(rowsOf('create-error'), judgeCreateError)).toBe(1);
  });

  it('gives the diagnostics that AWS gave', async () => {
    expect(await passRate(rowsOf('validate-definition'), judgeDiagnostics)).toBe(1);
  });

  it('agrees with at least 95 % of the verdicts of two linters', async () => {
    expect(await passRate(rowsOf('validity'), judgeValidity)).toBeGreaterThanOrEqual(0.95);
  });
});

describe.skipIf(!jsonata)('JSONata, judged by the test suite of the language (skipped where it is not there)', () => {
  it('agrees with every row but those of $eval, which Step Functions does not have', async () => {
    const rows = (jsonata ?? []).filter(({ expr }) => !expr.includes('$eval('));
    expect(await passRate(rows, judgeJsonata)).toBe(1);
  });
});

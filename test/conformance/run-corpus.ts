import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ConformanceCase, Corpus } from './corpus.ts';
import { type CaseVerdict, failed } from './verdict.ts';

export interface FailedCase {
  readonly id: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** How the embedded cloud did on what a corpus says about one thing. */
export interface GroupScore {
  readonly passed: number;
  readonly failed: number;
  readonly outOfScope: number;
}

/** How the embedded cloud did on one corpus. */
export interface CorpusScore {
  readonly name: string;
  readonly source: string;
  readonly fileName: string;
  /** The oracles have no such file. */
  readonly missing: boolean;
  readonly passed: number;
  /** The cases that were judged: without those out of scope. */
  readonly total: number;
  readonly outOfScope: number;
  readonly outOfScopeReasons: Readonly<Record<string, readonly string[]>>;
  readonly failures: readonly FailedCase[];
  /** Empty where a corpus is about one thing only. */
  readonly groups: Readonly<Record<string, GroupScore>>;
}

/** No case takes longer than this, by the machine's clock; one that does has failed and the run goes on. */
const CASE_LIMIT_MS = 20_000;

/** Called before each case, with how many are done. */
export type Progress = (done: number, of: number) => void;

/** Judges every case of a corpus, one after the other. @throws when the file is there but cannot be read */
export async function runCorpus(
  corpus: Corpus,
  directory: string,
  progress: Progress = () => {},
): Promise<CorpusScore> {
  const { name, source, fileName } = corpus;
  if (!existsSync(path.join(directory, fileName))) {
    const nothing = { passed: 0, total: 0, outOfScope: 0, outOfScopeReasons: {}, failures: [], groups: {} };
    return { name, source, fileName, missing: true, ...nothing };
  }
  const { cases, close } = await corpus.open(directory);
  const failures: FailedCase[] = [];
  const reasons: Record<string, string[]> = {};
  const groups: Record<string, GroupScore> = {};
  let passed = 0;
  for (const [index, conformanceCase] of cases.entries()) {
    progress(index, cases.length);
    const verdict = await verdictOf(conformanceCase);
    if (conformanceCase.group !== undefined)
      groups[conformanceCase.group] = counted(groups[conformanceCase.group], verdict);
    if (verdict.outcome === 'passed') passed++;
    else if (verdict.outcome === 'out-of-scope') {
      reasons[verdict.reason] = [...(reasons[verdict.reason] ?? []), conformanceCase.id];
    } else failures.push({ id: conformanceCase.id, expected: verdict.expected, actual: verdict.actual });
  }
  await close?.();
  const total = passed + failures.length;
  return {
    name,
    source,
    fileName,
    missing: false,
    passed,
    total,
    outOfScope: cases.length - total,
    outOfScopeReasons: reasons,
    failures,
    groups,
  };
}

function counted(score: GroupScore = { passed: 0, failed: 0, outOfScope: 0 }, { outcome }: CaseVerdict): GroupScore {
  const member = outcome === 'out-of-scope' ? 'outOfScope' : outcome;
  return { ...score, [member]: score[member] + 1 };
}

async function verdictOf(conformanceCase: ConformanceCase): Promise<CaseVerdict> {
  const { promise: late, resolve } = Promise.withResolvers<CaseVerdict>();
  const timer = setTimeout(() => resolve(failed('an answer', `none within ${CASE_LIMIT_MS} ms`)), CASE_LIMIT_MS);
  try {
    return await Promise.race([conformanceCase.judge(), late]);
  } catch (error) {
    return failed('an answer', error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  } finally {
    clearTimeout(timer);
  }
}

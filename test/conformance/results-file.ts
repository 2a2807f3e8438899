import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { KNOWN_MISSES } from './known-misses.ts';
import type { CorpusScore, FailedCase } from './run-corpus.ts';

const RESULTS_FILE = path.resolve(import.meta.dirname, '../../docs/conformance.json');
/** Where more cases than this are out of scope for one reason, only their number is kept. */
const MOST_NAMED_CASES = 120;
const LONGEST_VALUE = 120;

/** Keeps the scores for the page of what is supported (`npm run docs` reads them). Corpora that were not there are left out. */
export async function writeResults(scores: readonly CorpusScore[]): Promise<void> {
  const corpora = scores.filter(({ missing }) => !missing).map(corpusResult);
  const results = { date: new Date().toISOString().slice(0, 10), corpora };
  await writeFile(RESULTS_FILE, `${JSON.stringify(results, undefined, 2)}\n`);
}

function corpusResult({ name, source, passed, total, outOfScopeReasons, groups, failures }: CorpusScore) {
  return {
    name,
    source,
    passed,
    total,
    outOfScope: Object.entries(outOfScopeReasons).map(([reason, ids]) => ({
      reason,
      count: ids.length,
      cases: ids.length <= MOST_NAMED_CASES ? ids.join(', ') : '',
    })),
    groups: Object.entries(groups)
      .filter(([, score]) => score.passed + score.failed > 0)
      .map(([group, score]) => ({ group, ...score })),
    failures: failures.map(failure => ({ id: failure.id, reason: reasonOf(failure) })),
  };
}

function reasonOf({ id, expected, actual }: FailedCase): string {
  return KNOWN_MISSES[id] ?? `expected ${shown(expected)}, answered ${shown(actual)}`;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
}

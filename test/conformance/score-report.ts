import type { CorpusScore, FailedCase } from './run-corpus.ts';

/** Longer values are cut in the report. */
const LONGEST_VALUE = 600;
const MOST_LISTED_IDS = 8;

/** One line per corpus, then what was not judged and why, then every failure with what was expected and what was answered. */
export function textReport(scores: readonly CorpusScore[]): string {
  const width = Math.max(0, ...scores.map(({ name }) => name.length));
  return [
    ...scores.map(score => `${score.name.padEnd(width)}  ${summary(score)}`),
    ...scores.flatMap(score => section(`${score.name}, by what it is about`, groupLines(score))),
    ...scores.flatMap(score => section(`${score.name}: out of scope`, outOfScopeLines(score))),
    ...scores.flatMap(score => section(`${score.name}: failed`, score.failures.flatMap(failureLines))),
  ].join('\n');
}

function summary({ missing, fileName, passed, total, outOfScope }: CorpusScore): string {
  if (missing) return `not judged: ${fileName} is not in the folder of the oracles`;
  const rate = total === 0 ? '' : ` (${percentage(passed, total)})`;
  return `${passed} / ${total}${rate}${outOfScope === 0 ? '' : `, ${outOfScope} out of scope`}`;
}

/** Never rounds up to 100 %. */
export function percentage(passed: number, total: number): string {
  return `${Math.floor((passed / total) * 1000) / 10} %`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

/** Groups of which nothing was judged are among what is out of scope. */
function groupLines({ groups }: CorpusScore): string[] {
  const judged = Object.entries(groups).filter(([, { passed, failed }]) => passed + failed > 0);
  const width = Math.max(0, ...judged.map(([name]) => name.length));
  return judged.map(([name, { passed, failed, outOfScope }]) => {
    const rest = outOfScope === 0 ? '' : `, ${outOfScope} out of scope`;
    return `  ${name.padEnd(width)}  ${passed} / ${passed + failed}${rest}`;
  });
}

function outOfScopeLines({ outOfScopeReasons }: CorpusScore): string[] {
  return Object.entries(outOfScopeReasons).map(([reason, ids]) => {
    const more = ids.length > MOST_LISTED_IDS ? `, … ${ids.length - MOST_LISTED_IDS} more` : '';
    return `  ${String(ids.length).padStart(5)}  ${reason}: ${ids.slice(0, MOST_LISTED_IDS).join(', ')}${more}`;
  });
}

function failureLines({ id, expected, actual }: FailedCase): string[] {
  return [`  ${id}`, `    expected  ${shown(expected)}`, `    actual    ${shown(actual)}`];
}

function shown(value: unknown): string {
  return cut(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined'));
}

function cut(text: string): string {
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}… (${text.length} characters)`;
}

/** One line of JSON for programs. Long values are cut, and are then their text. */
export function jsonReport(scores: readonly CorpusScore[]): string {
  const corpora = scores.map(({ name, passed, total, outOfScope, failures }) => ({
    name,
    passed,
    total,
    outOfScope,
    failures: failures.map(({ id, expected, actual }) => ({
      id,
      expected: bounded(expected),
      actual: bounded(actual),
    })),
  }));
  return JSON.stringify({ corpora });
}

function bounded(value: unknown): unknown {
  const text = JSON.stringify(value) ?? 'null';
  return text.length <= LONGEST_VALUE ? (value ?? null) : cut(text);
}

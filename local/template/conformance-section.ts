import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** Written by `npm run conformance -- --write`. */
const RESULTS_FILE = path.resolve(import.meta.dirname, '../../docs/conformance.json');

/** What a corpus says about one thing; out of scope counts against nobody, and is shown. */
interface GroupResult {
  readonly group: string;
  readonly passed: number;
  readonly failed: number;
  readonly outOfScope: number;
}

interface CorpusResult {
  readonly name: string;
  readonly source: string;
  readonly passed: number;
  readonly total: number;
  readonly outOfScope: readonly { readonly reason: string; readonly count: number; readonly cases: string }[];
  readonly groups: readonly GroupResult[];
  readonly failures: readonly { readonly id: string; readonly reason: string }[];
}

interface ConformanceResults {
  readonly date: string;
  readonly corpora: readonly CorpusResult[];
}

/** The scores of the last judged run, as a table; each miss and what was not judged, by name. */
export async function conformanceSection(): Promise<string> {
  const { date, corpora } = JSON.parse(await readFile(RESULTS_FILE, 'utf8')) as ConformanceResults; // as the command writes it
  return [
    `Answers that others recorded or wrote down, put to the embedded cloud by \`npm run conformance\` on ${date}.`,
    ['| corpus | passed | judged | out of scope | source |', '|---|---|---|---|---|', ...corpora.map(corpusRow)].join(
      '\n',
    ),
    ...corpora.filter(({ groups }) => groups.length > 1).map(groupsOf),
    ...corpora.filter(({ failures }) => failures.length > 0).map(missesOf),
    ...corpora.filter(({ outOfScope }) => outOfScope.length > 0).map(outOfScopeOf),
  ].join('\n\n');
}

function corpusRow({ name, passed, total, outOfScope, source }: CorpusResult): string {
  const notJudged = outOfScope.reduce((sum, { count }) => sum + count, 0);
  const rate = total === 0 ? '-' : `${passed} (${Math.floor((passed / total) * 1000) / 10} %)`;
  return `| ${name} | ${rate} | ${total} | ${notJudged} | ${source} |`;
}

function groupsOf({ name, groups }: CorpusResult): string {
  const rows = groups.map(
    ({ group, passed, failed, outOfScope }) => `| ${group} | ${passed} | ${passed + failed} | ${outOfScope} |`,
  );
  return [`| ${name}, by what it is about | passed | judged | out of scope |`, '|---|---|---|---|', ...rows].join('\n');
}

function missesOf({ name, failures }: CorpusResult): string {
  return [`**${name}**, missed:`, ...failures.map(({ id, reason }) => `- ${id}: ${asText(reason)}`)].join('\n');
}

function outOfScopeOf({ name, outOfScope }: CorpusResult): string {
  const lines = outOfScope.map(({ reason, count, cases }) => {
    const named = cases === '' ? '' : `: ${cases}`;
    return `- ${asText(reason)} (${count})${named}`;
  });
  return [`**${name}**, out of scope:`, ...lines].join('\n');
}

/** On one line, with nothing that Markdown would read as markup. */
function asText(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[<>`*_[\]|\\]/g, character => `\\${character}`);
}

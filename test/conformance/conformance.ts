/** Judges the embedded cloud by answers that were recorded elsewhere: `npm run conformance -- --help`. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Corpus } from './corpus.ts';
import { ORACLES } from './oracles.ts';
import { writeResults } from './results-file.ts';
import { CORPORA } from './roster.ts';
import { type CorpusScore, runCorpus } from './run-corpus.ts';
import { jsonReport, textReport } from './score-report.ts';

const HELP = `Usage: npm run conformance [-- options]

Runs every corpus of recorded answers against the embedded cloud, and prints passed / total, what was not
judged and why, and each failure with what was expected and what was answered.

  --oracles DIR  the folder of the corpora (default: ../shared/oracles, beside the repository)
  --only NAME    only this corpus; may be given more than once
  --json         the last line is the result as JSON
  --write        keep the result in docs/conformance.json, for docs/supported-aws.md (then: npm run docs)
  --help         this text

Corpora: ${CORPORA.map(({ name }) => name).join(', ')}`;

class UsageError extends Error {}

function readOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        oracles: { type: 'string', default: ORACLES },
        only: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (cause) {
    throw new UsageError(`${cause instanceof Error ? cause.message : String(cause)}\n\n${HELP}`, { cause });
  }
}

function selected(only: readonly string[]): readonly Corpus[] {
  const unknown = only.find(name => !CORPORA.some(corpus => corpus.name === name));
  if (unknown !== undefined) {
    const names = CORPORA.map(({ name }) => name).join(', ');
    throw new UsageError(`Cannot run corpus '${unknown}': there are ${names}`);
  }
  return only.length === 0 ? CORPORA : CORPORA.filter(({ name }) => only.includes(name));
}

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (options.help) {
    console.log(HELP);
    return;
  }
  const corpora = selected(options.only);
  const directory = path.resolve(options.oracles);
  if (!existsSync(directory)) throw new UsageError(`Cannot read the oracles: there is no folder ${directory}`);
  const scores: CorpusScore[] = [];
  for (const corpus of corpora) scores.push(await runReported(corpus, directory));
  if (options.write) await writeResults(scores);
  console.log(textReport(scores));
  if (options.json) console.log(jsonReport(scores));
}

async function runReported(corpus: Corpus, directory: string): Promise<CorpusScore> {
  const startMs = performance.now();
  const show = (text: string) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`);
  const score = await runCorpus(corpus, directory, (done, of) => {
    if (done % 25 === 0) show(`${corpus.name} ${done} / ${of}`);
  });
  show('');
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.error(`${corpus.name}: ${score.passed} / ${score.total} in ${seconds} s`);
  return score;
}

// A case may leave work behind that fails after its verdict; that is not the command's failure.
process.on('unhandledRejection', error => console.error('left behind by a case:', error));

try {
  await main(process.argv.slice(2));
  process.exit(0); // a case that was given up may still hold a socket or a thread
} catch (error) {
  const isUsage = error instanceof UsageError;
  console.error(isUsage ? error.message : error instanceof Error ? error.stack : error);
  process.exit(isUsage ? 2 : 1);
}

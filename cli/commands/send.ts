import { type Command, numberOption, textOption, UsageError } from '../command.ts';
import { progressBar } from '../progress-bar.ts';
import { findApiUrl } from '../running.ts';
import { loadMapping } from '../send/mapping.ts';
import { formatOf, openRows } from '../send/rows.ts';
import { type LineProblem, type SendSummary, sendRows } from '../send/send-rows.ts';

const HELP = `Usage: millrace send FILE [options]

Sends your own events to a running platform, in the order of the file.

FILE is NDJSON (.ndjson, .jsonl: one CloudEvent per line) or CSV (.csv, with a header line), plain or gzipped (.gz).
A CSV needs a mapping, which turns a record into a CloudEvent: a JSONata expression in a file of its own.

It ends when the collector has answered for every line. Read models follow within seconds; the console shows when nothing
is in flight any more.

Options:
  --map NAME        mapping: a file, or the name of one in domains/*/mappings (for example online-retail)
  --url URL         the API to send to                          [default: the platform that runs here]
  --batch N         events per request, 1 to 500                [default: 500]
  --no-backfill     refuse events older than the collector's limit, as for live traffic
  --quarantine      store what is invalid, with its reason, instead of refusing it
  --problems N      how many refused lines to print             [default: 20]
  --json            print one JSON object as the last line: {sent, accepted, quarantined, refused, problems}
  -h, --help        this text

Exit code: 0 when nothing was refused, 1 when something was, 2 when the command cannot be carried out.`;

export const send: Command = {
  name: 'send',
  summary: 'send your own events from NDJSON or CSV',
  help: HELP,
  options: {
    map: { type: 'string' },
    url: { type: 'string' },
    batch: { type: 'string' },
    backfill: { type: 'boolean', default: true },
    quarantine: { type: 'boolean' },
    problems: { type: 'string' },
    json: { type: 'boolean' },
  },

  async run({ options, positionals }) {
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) throw new UsageError('Cannot send: exactly one FILE is needed');
    const map = textOption(options, 'map');
    if (map === undefined && formatOf(file) === 'csv') throw new UsageError(`Cannot send '${file}': a CSV needs --map`);
    const mapping = map === undefined ? undefined : await loadMapping(map);
    const apiUrl = await findApiUrl(textOption(options, 'url'));
    const source = await openRows(file);
    const shown = numberOption(options, 'problems', { fallback: 20, min: 0, max: 1_000_000 });
    const problems: LineProblem[] = [];
    const bar = progressBar(source.sizeBytes);

    const summary = await sendRows(source.rows, {
      apiUrl,
      ...(mapping && { mapping }),
      backfill: options.backfill === true,
      quarantine: options.quarantine === true,
      batchSize: numberOption(options, 'batch', { fallback: 500, min: 1, max: 500 }),
      onProgress: soFar => bar.update(source.readBytes(), describe(soFar)),
      onProblem: problem => {
        if (problems.length < shown) problems.push(problem);
      },
    });
    bar.end();
    report(summary, problems, options.json === true);
    return summary.refused === 0 ? 0 : 1;
  },
};

function describe(summary: SendSummary): string {
  const { sent, accepted, quarantined, refused } = summary;
  return `${sent} sent = ${accepted} accepted + ${quarantined} quarantined + ${refused} refused`;
}

function report(summary: SendSummary, problems: readonly LineProblem[], asJson: boolean): void {
  for (const problem of problems) {
    const value = problem.value === undefined ? '' : `, received ${JSON.stringify(problem.value).slice(0, 200)}`;
    console.error(`line ${problem.line}: ${problem.field === '' ? '' : `${problem.field}: `}${problem.reason}${value}`);
  }
  const unshown = summary.refused - problems.length;
  if (unshown > 0) console.error(`… and ${unshown} more refused lines (--problems N shows more)`);
  console.log(asJson ? JSON.stringify({ ...summary, problems }) : describe(summary));
}

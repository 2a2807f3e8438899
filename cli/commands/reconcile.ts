import { type Command, momentOption, UsageError } from '../command.ts';
import { stageFunctions, TARGET_HELP, TARGET_OPTIONS } from '../function-target.ts';
import { describeLedger, type LedgerReport } from '../ledger-report.ts';

const HELP = `Usage: millrace reconcile [options]

Compares what the hops counted (collector, processors, publishers, consumers), by event type, shard and minute. Where two
hops differ, the evidence is read: the records of the stream, what processors remember of them, the lanes of parked keys, the
quarantine, the queues. What that does not explain is named, by event id. The function \`reconciler\` does the work, here as in
AWS, where it also runs every five minutes. docs/guides/prove-it.md shows it.

Options:
  --from TIME       events and facts of this minute or later, RFC 3339      [default: an hour ago]
  --to TIME         and before this moment                                  [default: now]
  --at-rest         nothing is on its way any more: what still waits is unexplained
${TARGET_HELP}
  --json            print one JSON object: {from, to, hops: {<hop>: {accepted, drained, applied, duplicate, refused,
                    quarantined, parked, published, consumed}}, explained: [finding], unexplained: [finding],
                    unexplainedCount, uncounted: {accepted, applied, duplicate, parked, quarantined}}; a finding is
                    {status: uncounted, foreign, waiting, lost or doubled, hop, type, shard, minute (since the
                    epoch), count, id?, key?, sequence?, lastSeen}
  -h, --help        this text

Exit code: 0 when everything is explained, 1 when something is not, 2 when the command cannot be carried out.`;

const HOUR_MS = 3_600_000;
/** The reconciler may run for five minutes. */
const REQUEST_TIMEOUT_MS = 310_000;
/** What is unexplained is asked about so often, with a pause between. */
const TRIES = 4;
const PAUSE_MS = 2000;

export const reconcile: Command = {
  name: 'reconcile',
  summary: 'compare what the hops counted, and name every event that is not accounted for',
  help: HELP,
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    'at-rest': { type: 'boolean' },
    ...TARGET_OPTIONS,
    json: { type: 'boolean' },
  },

  async run({ options, positionals }) {
    if (positionals.length > 0) {
      throw new UsageError(`Cannot reconcile: no argument is needed, received '${positionals[0]}'`);
    }
    const from = momentOption(options, 'from') ?? new Date(Date.now() - HOUR_MS).toISOString();
    const to = momentOption(options, 'to') ?? new Date().toISOString();
    const atRest = options['at-rest'] === true;
    const invoke = await stageFunctions(options, REQUEST_TIMEOUT_MS);
    const request = { reconcile: { from, to, atRest } };
    const report = await settled(() => invoke<LedgerReport>('reconciler', request));
    console.log(options.json === true ? JSON.stringify(report) : describeLedger(report));
    return report.unexplainedCount === 0 ? 0 : 1;
  },
};

/** What was on its way between two hops has arrived when it is asked about again; what is lost has not. */
async function settled(ask: () => Promise<LedgerReport>): Promise<LedgerReport> {
  let report = await ask();
  for (let tries = 1; tries < TRIES && report.unexplainedCount > 0; tries++) {
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
    report = await ask();
  }
  return report;
}

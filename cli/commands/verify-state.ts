import { type Command, textOption, UsageError } from '../command.ts';
import { stageFunctions, TARGET_HELP, TARGET_OPTIONS } from '../function-target.ts';
import { findApiUrl } from '../running.ts';
import { describeStates, stateReport } from '../verify/state-report.ts';
import { findTables, laneEnd, storedKeys } from '../verify/stored-keys.ts';
import { openStreamRecords } from '../verify/stream-records.ts';
import { targetClients } from '../verify/target-clients.ts';
import { verifyKeys } from '../verify/verify-keys.ts';

const HELP = `Usage: millrace verify-state --processor NAME [options]

Rebuilds the state of every key of a fold from the event stream, with the processor's own function and definition, and compares
it with what is stored: state, counts, fence and parking. Differences are listed field by field. Events on their way are no
difference; a key with events that the stream no longer holds is reported as not verifiable. docs/guides/prove-it.md says more.

Options:
  --processor NAME  the processor, for example session-profile
  --key KEY         only this key                                           [default: all]
  --repair          write what was rebuilt over what differs, if the item is still the one that was read; emits no facts
${TARGET_HELP}
  --json            print one JSON object: {processor, keys, records, same, waiting, swept, older, different: [{key,
                    differences: [{path, stored?, rebuilt?}], damage?, repairable, repaired}], repaired}
  -h, --help        this text

Exit code: 0 when nothing differs, 1 when something does or was repaired, 2 when the command cannot be carried out.`;

export const verifyState: Command = {
  name: 'verify-state',
  summary: 'rebuild the states of a fold from the stream, compare, and repair what differs',
  help: HELP,
  options: {
    processor: { type: 'string' },
    key: { type: 'string' },
    repair: { type: 'boolean' },
    ...TARGET_OPTIONS,
    json: { type: 'boolean' },
  },

  async run({ options, positionals }) {
    const processor = textOption(options, 'processor');
    if (processor === undefined) throw new UsageError('Cannot verify states: --processor must name a fold');
    if (positionals.length > 0) {
      throw new UsageError(`Cannot verify states: no argument is needed, received '${positionals[0]}'`);
    }
    const key = textOption(options, 'key');
    const prefix = `millrace-${textOption(options, 'stage') ?? 'dev'}`;
    const endpoint = options.aws === true ? undefined : new URL(await findApiUrl(textOption(options, 'url'))).origin;
    const clients = await targetClients(endpoint);
    const tables = await findTables(clients, { processor, functionName: `${prefix}-${processor}` });
    let records = 0;
    const stream = await openStreamRecords({
      client: clients.kinesis,
      streamName: `${prefix}-events`,
      ...(key !== undefined && { subject: key }),
      onProgress: (count, shards) => {
        records = count;
        progress(`${count} records of ${shards} shards read`);
      },
    });
    const verified = await verifyKeys({
      invoke: await stageFunctions(options),
      processor,
      stream,
      storedKeys: async () => (key === undefined ? storedKeys(clients.dynamodb, tables.state) : [key]),
      laneEnd: of => laneEnd(clients.dynamodb, tables, of),
      repair: options.repair === true,
      onProgress: (count, keys) => progress(`${count} of ${keys} keys verified`),
    });
    if (process.stderr.isTTY) process.stderr.write('\n');
    const report = stateReport(processor, { verified, records });
    console.log(options.json === true ? JSON.stringify(report) : describeStates(report));
    return report.different.length === 0 ? 0 : 1;
  },
};

/** One line that changes on a terminal, and lines now and then elsewhere. */
const EVERY_MS = 2000;
let saidAtMs = Date.now();

function progress(line: string): void {
  const isLive = process.stderr.isTTY === true;
  if (!isLive && Date.now() - saidAtMs < EVERY_MS) return;
  saidAtMs = Date.now();
  process.stderr.write(isLive ? `\r\u001b[K${line}` : `${line}\n`);
}

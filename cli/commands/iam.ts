import type { IamReport } from '../../local/index.ts';
import { type Command, textOption, UsageError } from '../command.ts';
import { getJson } from '../http-client.ts';
import { iamReportText } from '../iam-report-text.ts';
import { inspectionUrl } from '../inspection-mount.ts';
import { findApiUrl } from '../running.ts';

const HELP = `Usage: millrace iam [options]

What the permissions of the template came to since the platform on this machine was started: the calls that were
denied, each with AWS's text, and the grants that nothing has used, role by role. A grant that a full run never uses is
one to take away.

Not counted as unused: grants to write logs, and grants for services that the embedded cloud does not have.

Options:
  --url URL         the platform to ask                         [default: the platform that runs here]
  --json            print one JSON object: {denied: [{who, action, resource, message, count}],
                    unused: [{role, policy, sid, action, resources}]}
  -h, --help        this text

Exit code: 0 when no call was denied, 1 when one was, 2 when the command cannot be carried out.`;

export const iam: Command = {
  name: 'iam',
  summary: 'what was denied on this machine, and which grants no run used',
  help: HELP,
  options: { url: { type: 'string' }, json: { type: 'boolean' } },

  async run({ options, positionals }) {
    if (positionals.length > 0)
      throw new UsageError(`Cannot report: no argument is needed, received '${positionals[0]}'`);
    const report = await readReport(await findApiUrl(textOption(options, 'url')));
    console.log(options.json === true ? JSON.stringify(report) : iamReportText(report));
    return report.denied.length === 0 ? 0 : 1;
  },
};

/** @throws UsageError when nothing answers there, or something else does */
async function readReport(apiUrl: string): Promise<IamReport> {
  const url = urlOf(apiUrl);
  const reply = await getJson(url).catch((cause: unknown) => {
    throw new UsageError(`Cannot reach the platform at ${url}: nothing answers there`, { cause });
  });
  const isReport = typeof reply.body === 'object' && reply.body !== null && 'denied' in reply.body;
  if (reply.status === 200 && isReport) return reply.body as IamReport; // the mount serves nothing else
  throw new UsageError(
    `Cannot read the report at ${url}: answered ${reply.status}, and not by a platform on this machine`,
  );
}

function urlOf(apiUrl: string): string {
  try {
    return inspectionUrl(apiUrl, 'iam');
  } catch (cause) {
    throw new UsageError(`Cannot use --url: a URL such as http://127.0.0.1:4700, received '${apiUrl}'`, { cause });
  }
}

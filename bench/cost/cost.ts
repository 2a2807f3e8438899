/** `npm run cost [-- options]`: dollars and API calls per million events, from the template and from calls that were counted. */
import { ensureAssembly } from '../../cli/assembly.ts';
import { UsageError } from '../../cli/command.ts';
import { readPrices } from '../../cli/cost/price-list.ts';
import { estimate } from './estimate.ts';
import { HELP, readOptions } from './options.ts';
import { describe } from './report-text.ts';

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const prices = readPrices(options.region); // before anything is made
  const report = (line: string) => console.error(line);
  const { folder } = await ensureAssembly(report);
  const estimated = await estimate(folder, options, report);
  console.log(options.json ? JSON.stringify(estimated) : describe(estimated, options, prices));
  return 0;
}

import { CDK_OPTIONS, runCdk } from '../cdk.ts';
import type { Command } from '../command.ts';

const HELP = `Usage: millrace destroy [options]

Removes every stack from an AWS account: runs 'cdk destroy --all' and prints the command. What the configuration
retains (tables and buckets outside the dev stage) stays, and CloudFormation says so.

Options:
  --stage NAME      deployment stage                                        [default: dev]
  --endpoint URL    an AWS-compatible endpoint instead of AWS (see docs/guides/deploy.md); not exercised in CI
  --yes             do not ask
  -h, --help        this text`;

export const destroy: Command = {
  name: 'destroy',
  summary: 'remove the platform from an AWS account',
  help: HELP,
  options: { ...CDK_OPTIONS },

  run({ options }) {
    return runCdk(['destroy', '--all', ...(options.yes === true ? ['--force'] : [])], options);
  },
};

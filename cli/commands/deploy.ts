import { CDK_OPTIONS, runCdk } from '../cdk.ts';
import type { Command } from '../command.ts';

const HELP = `Usage: millrace deploy [options]

Provisions every stack in an AWS account: runs 'cdk bootstrap' (with --bootstrap) and 'cdk deploy --all', and prints
the commands. Credentials and region come from your AWS environment, as for any CDK app.

Options:
  --stage NAME      deployment stage, part of every resource name          [default: dev]
  --bootstrap       prepare the account for the CDK first (once per account and region)
  --endpoint URL    an AWS-compatible endpoint instead of AWS (see docs/guides/deploy.md); not exercised in CI
  --yes             do not ask before security-relevant changes
  -h, --help        this text`;

export const deploy: Command = {
  name: 'deploy',
  summary: 'provision the platform in an AWS account',
  help: HELP,
  options: { ...CDK_OPTIONS, bootstrap: { type: 'boolean' } },

  async run({ options }) {
    if (options.bootstrap === true) {
      const code = await runCdk(['bootstrap'], options);
      if (code !== 0) return code;
    }
    const approval = options.yes === true ? 'never' : 'broadening';
    return runCdk(['deploy', '--all', '--require-approval', approval], options);
  },
};

import { type Command, parseInvocation, UsageError } from './command.ts';
import { capacity } from './commands/capacity.ts';
import { catalogue } from './commands/catalogue.ts';
import { deploy } from './commands/deploy.ts';
import { destroy } from './commands/destroy.ts';
import { iam } from './commands/iam.ts';
import { parked } from './commands/parked.ts';
import { publish } from './commands/publish.ts';
import { reconcile } from './commands/reconcile.ts';
import { rules } from './commands/rules.ts';
import { schemas } from './commands/schemas.ts';
import { send } from './commands/send.ts';
import { start } from './commands/start.ts';
import { verifyState } from './commands/verify-state.ts';

const COMMANDS: readonly Command[] = [
  start,
  send,
  publish,
  parked,
  reconcile,
  verifyState,
  iam,
  schemas,
  rules,
  capacity,
  catalogue,
  deploy,
  destroy,
];

function overview(): string {
  const width = Math.max(...COMMANDS.map(command => command.name.length));
  const lines = COMMANDS.map(command => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return [
    'Usage: millrace <command> [options]',
    '',
    ...lines,
    '',
    'Run millrace <command> --help for its options.',
  ].join('\n');
}

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    console.log(overview());
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS.find(candidate => candidate.name === name);
  if (!command) throw new UsageError(`Cannot run '${name}': no such command\n\n${overview()}`);
  const invocation = parseInvocation(command, rest);
  if (invocation.options.help === true) {
    console.log(command.help);
    return 0;
  }
  return command.run(invocation);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError;
  console.error(isUsage ? error.message : error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = isUsage ? 2 : 1;
}

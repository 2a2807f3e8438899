/** Runs the CDK command line as a person would, and shows the command first: the wrappers hide nothing. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ROOT } from './assembly.ts';
import { type OptionValues, textOption, UsageError } from './command.ts';

/** Options that `deploy` and `destroy` share. */
export const CDK_OPTIONS = {
  stage: { type: 'string' },
  endpoint: { type: 'string' },
  yes: { type: 'boolean' },
} as const;

/** What an AWS-compatible endpoint takes as credentials: anything. */
const PLACEHOLDER_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

/** @returns the exit code of `cdk` */
export async function runCdk(args: readonly string[], options: OptionValues): Promise<number> {
  const stage = textOption(options, 'stage');
  const all = [...args, ...(stage === undefined ? [] : ['-c', `stage=${stage}`])];
  const extra = endpointEnvironment(textOption(options, 'endpoint'));
  const shown = Object.entries(extra)
    .map(([name, value]) => `${name}=${value} `)
    .join('');
  console.error(`$ ${shown}npx cdk ${all.join(' ')}`);
  const child = spawn(path.join(ROOT, 'node_modules', '.bin', 'cdk'), all, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...extra },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code => resolve(code ?? 1));
  });
}

function endpointEnvironment(endpoint: string | undefined): Record<string, string> {
  if (endpoint === undefined) return {};
  if (!URL.canParse(endpoint)) throw new UsageError(`Cannot use --endpoint: a URL, received '${endpoint}'`);
  const credentials = process.env.AWS_ACCESS_KEY_ID === undefined ? PLACEHOLDER_CREDENTIALS : {};
  return { AWS_ENDPOINT_URL: endpoint, AWS_ENDPOINT_URL_S3: endpoint, ...credentials };
}

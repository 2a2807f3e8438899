import { type OptionValues, textOption } from './command.ts';
import { type InvokeFunction, lambdaInvoker } from './lambda-client.ts';
import { findApiUrl } from './running.ts';

/** The options by which commands that call functions find them. */
export const TARGET_OPTIONS = {
  stage: { type: 'string' },
  url: { type: 'string' },
  aws: { type: 'boolean' },
} as const;

/** Their part of a help text. */
export const TARGET_HELP = `  --stage NAME      deployment stage                                        [default: dev]
  --url URL         the platform to ask                                     [default: the platform that runs here]
  --aws             ask AWS instead, with the credentials and the region of the environment`;

/** Functions of a stage, by their short names. */
export type StageFunctions = <Answer>(name: string, payload: unknown) => Promise<Answer>;

/** @throws UsageError when there is no platform to ask */
export async function stageFunctions(options: OptionValues, requestTimeoutMs?: number): Promise<StageFunctions> {
  const stage = textOption(options, 'stage') ?? 'dev';
  const invoke = await invokerOf(options, requestTimeoutMs);
  return (name, payload) => invoke(`millrace-${stage}-${name}`, payload);
}

async function invokerOf(options: OptionValues, requestTimeoutMs: number | undefined): Promise<InvokeFunction> {
  const timeout = requestTimeoutMs === undefined ? {} : { requestTimeoutMs };
  if (options.aws === true) return lambdaInvoker(timeout);
  const apiUrl = await findApiUrl(textOption(options, 'url'));
  return lambdaInvoker({ endpoint: new URL(apiUrl).origin, ...timeout });
}

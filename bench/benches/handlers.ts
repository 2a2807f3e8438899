import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { bundleHandlers } from '../../lib/constructs/handler-bundles.ts';
import { ExecutionEnvironment } from '../../local/invoke/execution-environment.ts';
import type { Bench } from '../bench-definition.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const LAMBDAS = path.join(ROOT, 'lambdas');

/** The folders that are deployed. */
const HANDLERS = readdirSync(LAMBDAS, { withFileTypes: true })
  .filter(entry => entry.isDirectory() && readdirSync(path.join(LAMBDAS, entry.name)).includes('handler.ts'))
  .map(({ name }) => name)
  .sort();

const bundleSizes: readonly Bench[] = HANDLERS.map(handler => ({
  name: `bundle-size-${handler}`,
  measures: `code of the function ${handler}, as it is deployed`,
  unit: 'KB',
  rounds: 1, // it is what it is

  async open() {
    const file = path.join(bundleHandlers({ root: ROOT }).folderOf(handler), 'index.mjs');
    return { subject: { name: handler, measure: async () => statSync(file).size / 1000 }, close: async () => {} };
  },
}));

const coldStarts: readonly Bench[] = HANDLERS.map(handler => ({
  name: `cold-start-${handler}`,
  measures: `from nothing to the loaded handler of ${handler} in the embedded Lambda (its "Init Duration")`,
  unit: 'ms',

  async open() {
    const folder = bundleHandlers({ root: ROOT }).folderOf(handler);
    return { subject: { name: handler, measure: () => initMs(handler, folder) }, close: async () => {} };
  },
}));

async function initMs(functionName: string, folder: string): Promise<number> {
  const startedAtMs = performance.now();
  const environment = new ExecutionEnvironment({
    deployment: {
      revisionId: '1',
      functionName,
      version: '$LATEST',
      functionArn: `arn:aws:lambda:eu-west-1:000000000000:function:${functionName}`,
      roleArn: 'arn:aws:iam::000000000000:role/bench',
      folder,
      handler: 'index.handler',
      runtime: 'nodejs24.x',
      timeoutMs: 30_000,
      memorySizeMb: 256,
      environment: {},
      logGroup: `/aws/lambda/${functionName}`,
      logFormat: 'Text',
    },
    variables: { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench', STAGE: 'dev' },
    logStream: 'bench',
    onLine: line => console.error(line),
  });
  await environment.boot();
  const durationMs = performance.now() - startedAtMs;
  await environment.terminate();
  return durationMs;
}

/** How heavy the deployed functions are, one by one. */
export const handlers: readonly Bench[] = [...bundleSizes, ...coldStarts];

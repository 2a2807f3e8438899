/** The bank synthesized: the platform's own contracts, ingestion, routing and ledger around it, and every handler bundled as it is deployed. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildSync } from 'esbuild';
import { readConfig } from '../../../lib/config.ts';
import { ContractsStack } from '../../../lib/stacks/contracts-stack.ts';
import { IngestionStack } from '../../../lib/stacks/ingestion-stack.ts';
import { LedgerStack } from '../../../lib/stacks/ledger-stack.ts';
import { RoutingStack } from '../../../lib/stacks/routing-stack.ts';
import { type Assembly, loadAssembly } from '../../../local/template/assembly.ts';
import { BankStack } from './bank-stack.ts';

const ROOT = join(import.meta.dirname, '../../..');
const OWN = ['statement', 'booking', 'telling'];

export interface BankAssembly {
  readonly assembly: Assembly;
  release(): void;
}

/** @param settings of the configuration @default all as they are */
export function bankAssembly(settings: Readonly<Record<string, unknown>> = {}): BankAssembly {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bank-'));
  const bundles = { built: true, folderOf: (handler: string) => bundled(handler, join(folder, 'handlers', handler)) };
  const context = (JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> })
    .context;
  const app = new App({ context, outdir: join(folder, 'cdk.out'), builtinCloudFormationValidation: false });
  const props = { config: readConfig(name => settings[name]), bundles };
  const contracts = new ContractsStack(app, props);
  const ingestion = new IngestionStack(app, props);
  ingestion.addStackDependency(contracts);
  const routing = new RoutingStack(app, props);
  const bank = new BankStack(app, props);
  const counting = [ingestion, routing, bank];
  bank.addStackDependency(ingestion);
  bank.addStackDependency(routing);
  new LedgerStack(app, { ...props, counting }).addStackDependency(bank);
  app.synth();
  return {
    assembly: loadAssembly(join(folder, 'cdk.out')),
    release: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Bundles one handler as the platform's own are, but readable. @returns the folder */
function bundled(handler: string, folder: string): string {
  if (existsSync(folder)) return folder; // one that is deployed more than once
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [
      OWN.includes(handler) ? join(import.meta.dirname, `${handler}.handler.ts`) : `lambdas/${handler}/handler.ts`,
    ],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
    alias: {
      '@aws-sdk/credential-provider-node': './lambdas/runtime/credentials.ts',
      '@smithy/core/event-streams': './lambdas/runtime/event-streams.ts',
    },
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  return folder;
}

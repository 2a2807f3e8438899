import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { bundleHandlers } from '../../lib/constructs/handler-bundles.ts';
import type { Bench } from '../bench-definition.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

const APPS = [
  { name: 'synth-time', app: 'bin/millrace.ts', says: 'the whole app' },
  {
    name: 'synth-time-100-functions',
    app: 'bench/synth/hundred-functions.ts',
    says: 'the app with 100 functions more',
  },
] as const;

/** How long a change of the infrastructure takes to become a template, checks included, with the code bundled already. */
export const synthTime: readonly Bench[] = APPS.map(({ name, app, says }) => ({
  name,
  measures: `process start, synthesis and every check of ${says}`,
  unit: 's',
  rounds: 1,

  async open() {
    const folder = await mkdtemp(path.join(tmpdir(), 'millrace-synth-'));
    bundleHandlers({ root: ROOT });
    const env = { ...process.env, CDK_OUTDIR: folder };
    const measure = async () => {
      const startedAtMs = performance.now();
      await promisify(execFile)(process.execPath, [app], { cwd: ROOT, env, maxBuffer: 64 * 2 ** 20 });
      return (performance.now() - startedAtMs) / 1000;
    };
    return { subject: { name, measure }, close: () => rm(folder, { recursive: true }) };
  },
}));

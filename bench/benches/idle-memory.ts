import { execFile, spawn } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Bench } from '../bench-definition.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SETTLE_MS = 3000;

export const idleMemory: Bench = {
  name: 'idle-memory',
  measures: 'resident memory of `millrace start --no-traffic` once it waits',
  unit: 'MB',
  rounds: 3,

  async open() {
    return { subject: { name: 'platform', measure: residentMegabytes }, close: async () => {} };
  },
};

async function residentMegabytes(): Promise<number> {
  const args = ['cli/millrace.mjs', 'start', '--no-traffic', '--port', '0'];
  const platform = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await untilReady(platform.stdout);
    await new Promise(resolve => setTimeout(resolve, SETTLE_MS));
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(platform.pid)]);
    return Number(stdout) / 1024;
  } finally {
    platform.kill('SIGTERM');
  }
}

async function untilReady(output: AsyncIterable<Buffer>): Promise<void> {
  let seen = '';
  for await (const chunk of output) {
    seen += chunk;
    if (seen.includes('Millrace runs')) return;
  }
  throw new Error(`Cannot measure: the platform ended before it was ready: ${seen}`);
}

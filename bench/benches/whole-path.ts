import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { RunReport } from '../../cli/run-report.ts';
import type { Bench } from '../bench-definition.ts';

const RATE = 2000;

export const wholePath: Bench = {
  name: 'whole-path',
  measures: `HTTP to read model and bus consumer with ${RATE} events/s offered, generator on the same machine, nothing unexplained`,
  unit: 'events/s',
  rounds: 3,

  async open() {
    const root = path.resolve(import.meta.dirname, '../..');
    const args = ['cli/millrace.mjs', 'start', '--for', '15s', '--rate', String(RATE), '--port', '0', '--json'];
    const measure = async () => {
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
      const report: RunReport = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
      if (report.unexplained !== 0)
        throw new Error(`Cannot count the round: ${report.unexplained} events are unexplained`);
      return report.eventsPerSecond;
    };
    return { subject: { name: 'platform', measure }, close: async () => {} };
  },
};

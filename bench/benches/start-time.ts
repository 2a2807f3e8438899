import { ensureAssembly } from '../../cli/assembly.ts';
import { startCloud } from '../../local/index.ts';
import type { Bench } from '../bench-definition.ts';

export const startTime: Bench = {
  name: 'start-time',
  measures: 'open the port and provision the whole template, after synth',
  unit: 'ms',

  async open() {
    const { folder } = await ensureAssembly(line => console.error(line));
    const measure = async () => {
      const startedAtMs = performance.now();
      const { close } = await startCloud({ assembly: folder, port: 0 });
      const durationMs = performance.now() - startedAtMs;
      await close();
      return durationMs;
    };
    return { subject: { name: 'startCloud', measure }, close: async () => {} };
  },
};

/** One process that runs seeds: `{assembly, mutation}` first, then one seed per message; each is answered with its result. */
import { loadAssembly } from '../../local/template/assembly.ts';
import type { RunOptions } from '../run/run-plan.ts';
import { runOptions, runSeed } from './run-seed.ts';

interface Settings {
  readonly assembly: string;
  readonly mutation?: string;
}

let options: Promise<RunOptions> | undefined;

process.on('message', (message: Settings | number) => {
  if (typeof message !== 'number') {
    options = runOptions(loadAssembly(message.assembly), message.mutation);
    return;
  }
  void work(message);
});

async function work(seed: number): Promise<void> {
  try {
    if (!options) throw new Error('Cannot run a seed: the settings come first');
    process.send?.(await runSeed(seed, await options));
  } catch (error) {
    process.send?.({ seed, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { SeedResult } from './run-seed.ts';

export interface RunSeedsOptions {
  /** Folder of the cloud assembly. */
  readonly assembly: string;
  readonly seeds: readonly number[];
  /** Processes side by side; which of them runs a seed makes no difference to it. */
  readonly workers: number;
  readonly mutation?: string | undefined;
  /** Hears of every result. @returns true to stop */
  readonly onResult: (result: SeedResult) => boolean;
}

type Answer = SeedResult | { readonly seed: number; readonly failure: string };

const WORKER = path.join(import.meta.dirname, 'seed-worker.ts');

/** Runs seeds in processes side by side. @throws Error when a run itself breaks */
export async function runSeeds(options: RunSeedsOptions): Promise<void> {
  const seeds = [...options.seeds];
  const { assembly, mutation } = options;
  let stopped = false;
  const next = () => (stopped ? undefined : seeds.shift());
  const work = (child: ChildProcess) =>
    new Promise<void>((resolve, reject) => {
      const advance = () => {
        const seed = next();
        if (seed === undefined) resolve();
        else child.send(seed);
      };
      child.on('message', (answer: Answer) => {
        if ('failure' in answer) return reject(new Error(`Cannot run seed ${answer.seed}: ${answer.failure}`));
        stopped = options.onResult(answer) || stopped;
        advance();
      });
      child.once('error', reject);
      child.once('exit', code => reject(new Error(`Cannot run seeds: a worker ended with exit code ${code}`)));
      child.send({ assembly, ...(mutation === undefined ? {} : { mutation }) });
      advance();
    });
  const children = Array.from({ length: Math.min(options.workers, seeds.length) }, () => fork(WORKER));
  try {
    await Promise.all(children.map(work));
  } finally {
    for (const child of children) {
      child.removeAllListeners('exit');
      child.kill();
    }
  }
}

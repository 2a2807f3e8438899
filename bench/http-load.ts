/** A load generator in a thread of its own: so many connections, each sending the same request as soon as it is answered. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface Load {
  readonly port: number;
  readonly path: string;
  /** @default POST */
  readonly method?: 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connections: number;
  readonly requests: number;
}

const GENERATOR = new URL('./http-load-thread.mjs', import.meta.url);

/** @returns requests per second. @throws when an answer is not 200 */
export async function requestsPerSecond(load: Load): Promise<number> {
  const worker = new Worker(GENERATOR, { workerData: load, execArgv: [] });
  const [message] = (await once(worker, 'message')) as [{ seconds: number } | { problem: string }];
  await worker.terminate();
  if ('problem' in message) throw new Error(`Cannot measure ${load.path}: ${message.problem}`);
  return load.requests / message.seconds;
}

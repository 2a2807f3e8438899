/** Emulators from npm beside which the embedded cloud is measured. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { signedFor } from '../signed-for.ts';

export interface RivalServer {
  readonly name: string;
  readonly port: number;
  /** Of every request: they ask for a signature, and do not check it. */
  readonly headers: Readonly<Record<string, string>>;
  /** Calls an operation. @throws Error with the answer when it is not 200 */
  call(target: string, input: object): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

const PROCESS = fileURLToPath(new URL('./rival-process.mjs', import.meta.url));
const SIGNING_NAMES = { kinesalite: 'kinesis', dynalite: 'dynamodb' } as const;
const CONTENT_TYPES = { kinesalite: 'application/x-amz-json-1.1', dynalite: 'application/x-amz-json-1.0' } as const;

export async function rivalServer(name: 'kinesalite' | 'dynalite'): Promise<RivalServer> {
  const child = fork(PROCESS, [name], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--no-deprecation'],
  });
  const [port] = (await once(child, 'message')) as [number];
  const headers = { ...signedFor(SIGNING_NAMES[name]), 'content-type': CONTENT_TYPES[name] };
  return {
    name,
    port,
    headers,
    async call(target, input) {
      const init = { method: 'POST', headers: { ...headers, 'x-amz-target': target }, body: JSON.stringify(input) };
      const answer = await fetch(`http://127.0.0.1:${port}/`, init);
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`Cannot use ${name}: ${target} answered ${answer.status}: ${text}`);
      return text === '' ? {} : JSON.parse(text);
    },
    async close() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** Calls until `holds`, as long as a start takes at most. */
export async function rivalReady(
  ask: () => Promise<Record<string, unknown>>,
  holds: (answer: Record<string, unknown>) => boolean,
): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (holds(await ask())) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error('Cannot measure: the rival did not become ready');
}

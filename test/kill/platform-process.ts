/** The platform in a process of its own, to be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const LONGEST_START_MS = 120_000;

export interface PlatformProcess {
  readonly endpoint: string;
  readonly apiUrl: string;
  /** From the beginning of the process to its introduction. */
  readonly startedInMs: number;
  /** What it said on the way. */
  readonly said: string;
  /** `kill -9`; resolves when it has ended. */
  kill(): Promise<void>;
}

/** A process that is starting: it can be killed before it is ready. */
export interface StartingPlatform {
  readonly ready: Promise<PlatformProcess>;
  kill(): Promise<void>;
}

export function startPlatformProcess(folder: string): StartingPlatform {
  const startedAtMs = performance.now();
  const child = spawn(
    process.execPath,
    ['cli/millrace.ts', 'start', '--data', folder, '--no-traffic', '--port', '0', '--json'],
    { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const ready = introduction(child).then(({ said, endpoint, apiUrl }) => ({
    said,
    endpoint,
    apiUrl,
    startedInMs: performance.now() - startedAtMs,
    kill,
  }));
  ready.catch(() => {}); // whoever kills it first does not wait for it
  return { ready, kill };
}

function introduction(child: ChildProcess): Promise<{ said: string; endpoint: string; apiUrl: string }> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(
      () => reject(new Error(`Cannot start the platform in time; it said:\n${said}`)),
      LONGEST_START_MS,
    );
    timer.unref();
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const endpoint = /AWS_ENDPOINT_URL=(\S+)/.exec(said)?.[1];
      const apiUrl = /POST (\S+)\/events/.exec(said)?.[1];
      if (endpoint && apiUrl) resolve({ said, endpoint, apiUrl });
    });
    child.once('exit', code => reject(new Error(`The platform ended with ${code}; it said:\n${said}`)));
  });
}

/** Where a running platform is: `npm start` leaves its address here, other commands find it. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from './assembly.ts';
import { UsageError } from './command.ts';

const NOTE = path.join(ROOT, '.millrace', 'running.json');

export interface Running {
  readonly pid: number;
  readonly endpoint: string;
  readonly apiUrl: string;
}

export async function noteRunning(running: Running): Promise<void> {
  await mkdir(path.dirname(NOTE), { recursive: true });
  await writeFile(NOTE, `${JSON.stringify(running, null, 2)}\n`);
}

/** Removes the note if it is still this process's. */
export async function forgetRunning(): Promise<void> {
  if ((await readNote())?.pid === process.pid) await rm(NOTE, { force: true });
}

/** The API to talk to: what the person names, or the platform that runs here. @throws UsageError when there is neither */
export async function findApiUrl(named: string | undefined): Promise<string> {
  if (named !== undefined) return named.replace(/\/+$/, '');
  const running = await readNote();
  if (running && isAlive(running.pid)) return running.apiUrl;
  throw new UsageError('Cannot find a running platform: start one with npm start, or name one with --url');
}

async function readNote(): Promise<Running | undefined> {
  try {
    return JSON.parse(await readFile(NOTE, 'utf8')) as Running; // written by noteRunning alone
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

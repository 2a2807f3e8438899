/**
 * The files of a journal.
 *
 * 1. `segment-<n>` holds what was changed, in order; `snapshot-<n>` holds every record as of some time after segment n began,
 *    so that snapshot n and the segments from n on, laid over it in order, are the state.
 * 2. A snapshot takes its name only when it is complete; then everything older than it goes.
 * 3. `lock` names the process that writes here.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedJournalError, DataFolderError } from './journal-errors.ts';

export interface JournalFiles {
  readonly snapshot: string | undefined;
  /** Oldest first. */
  readonly segments: readonly string[];
  /** Of the newest segment; 0 when there is none. */
  readonly lastNumber: number;
}

const NAME = /^(segment|snapshot)-(\d{8})$/;
const LOCK = 'lock';

export function segmentPath(folder: string, number: number): string {
  return join(folder, `segment-${String(number).padStart(8, '0')}`);
}

export function snapshotPath(folder: string, number: number): string {
  return join(folder, `snapshot-${String(number).padStart(8, '0')}`);
}

/** The files that make up the state. @throws DamagedJournalError when one of them is missing */
export function findJournalFiles(folder: string): JournalFiles {
  const numbers = numbersOf(folder);
  const snapshot = Math.max(0, ...numbers.snapshot);
  const first = Math.max(1, snapshot);
  const segments = numbers.segment.filter(number => number >= first).sort((a, b) => a - b);
  for (const [index, number] of segments.entries()) {
    if (number !== first + index) throw new DamagedJournalError(segmentPath(folder, first + index), 'it is missing');
  }
  if (snapshot > 0 && segments.length === 0) throw new DamagedJournalError(segmentPath(folder, first), 'it is missing');
  return {
    snapshot: snapshot > 0 ? snapshotPath(folder, snapshot) : undefined,
    segments: segments.map(number => segmentPath(folder, number)),
    lastNumber: segments.at(-1) ?? 0,
  };
}

/** Removes what a complete snapshot has made superfluous. */
export function removeBefore(folder: string, snapshot: number): void {
  const { segment, snapshot: snapshots } = numbersOf(folder);
  for (const number of segment) if (number < snapshot) rmSync(segmentPath(folder, number));
  for (const number of snapshots) if (number < snapshot) rmSync(snapshotPath(folder, number));
}

/**
 * Makes the folder if need be, and takes it for this process until the returned function is called.
 * @throws DataFolderError when another process has it, or it holds something else
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const strange = readdirSync(folder).find(name => !NAME.test(name) && name !== LOCK && !name.endsWith('.partial'));
  if (strange !== undefined) {
    throw new DataFolderError(`Cannot use ${folder} for data: it holds '${strange}', which is not ours`);
  }
  const path = join(folder, LOCK);
  for (;;) {
    try {
      writeFileSync(path, JSON.stringify(thisProcess()), { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = lockHolder(path);
    if (holder !== undefined) {
      throw new DataFolderError(`Cannot use ${folder} for data: process ${holder} is using it`);
    }
    rmSync(path, { force: true });
  }
}

function numbersOf(folder: string): Record<'segment' | 'snapshot', number[]> {
  const numbers = { segment: [] as number[], snapshot: [] as number[] };
  for (const name of readdirSync(folder)) {
    const [, kind, number] = NAME.exec(name) ?? [];
    if (kind === 'segment' || kind === 'snapshot') numbers[kind].push(Number(number));
  }
  return numbers;
}

interface Holder {
  readonly pid: number;
  /** Process ids are used again: the same one with another beginning is another process. */
  readonly started: string | undefined;
}

function thisProcess(): Holder {
  return { pid: process.pid, started: processStart(process.pid) };
}

/** @returns the process that holds the lock, if it is still there */
function lockHolder(path: string): number | undefined {
  const { pid, started } = readHolder(path);
  try {
    process.kill(pid, 0);
  } catch (error) {
    const isForeign = error instanceof Error && 'code' in error && error.code === 'EPERM';
    if (!isForeign) return undefined;
  }
  return started === processStart(pid) ? pid : undefined;
}

/** A lock that was cut off while it was written is nobody's. */
function readHolder(path: string): Holder {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder; // written by this file
  } catch {
    return { pid: 0x7fffffff, started: undefined };
  }
}

/** In clock ticks since the machine started; undefined where there is no /proc. */
function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

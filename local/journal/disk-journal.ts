/**
 * The journal on disk: what is changed in a turn of the event loop goes into one frame at its end, and answers on the wire
 * wait for that (see `local/cloud/journal.ts`).
 *
 * 1. A frame is handed to the operating system in one piece before anybody is told; it survives the end of the process,
 *    not that of the machine.
 * 2. When a write fails nothing is acknowledged any more.
 * 3. A snapshot is taken beside the running work, a few records per turn; what changes meanwhile stands in the segments
 *    that are laid over it.
 */
import { closeSync, ftruncateSync, openSync, renameSync, writeSync } from 'node:fs';
import type { Journal, JournalPart, Touch } from '../cloud/journal.ts';
import { lockFolder, removeBefore, segmentPath, snapshotPath } from './data-folder.ts';
import { encodeFrame } from './frame.ts';
import { formatRecordLine } from './record-lines.ts';
import { FORMAT, type Recovered, recover } from './recover.ts';

export interface JournalOptions {
  /** Made when it is not there. */
  readonly folder: string;
  /** Bytes of segments after which a snapshot is taken, or twice the last snapshot if that is more. @default 64 MB */
  readonly snapshotAfterBytes?: number;
}

/** What an earlier process left. */
export interface RecoverySummary {
  readonly folder: string;
  readonly sizeBytes: number;
  /** Records by part, for example `sqs/messages`; empty when the folder was new. */
  readonly records: Readonly<Record<string, number>>;
  /** Bytes of a write that was cut off before anybody was told of it. */
  readonly unfinishedBytes: number;
}

const SNAPSHOT_AFTER_BYTES = 64 * 1024 * 1024;
const PIECE_LENGTH = 16 * 1024 * 1024;
/** Of a snapshot, per turn. */
const SNAPSHOT_SLICE_BYTES = 256 * 1024;

type AnyPart = JournalPart<unknown>;

/** Opens a data folder: reads what is there and goes on in a new segment. @throws DamagedJournalError, DataFolderError */
export function openJournal(options: JournalOptions): DiskJournal {
  const unlock = lockFolder(options.folder);
  try {
    return new DiskJournal(options, recover(options.folder), unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

export class DiskJournal implements Journal {
  readonly durable = true;
  readonly summary: RecoverySummary;
  readonly #options: JournalOptions;
  readonly #unlock: () => void;
  readonly #recovered: Recovered['parts'];
  readonly #parts = new Map<string, AnyPart>();
  readonly #resumers: (() => void | Promise<void>)[] = [];
  /** Changed in this turn: keys by part, in the order of their first change. */
  readonly #changed = new Map<AnyPart, Set<string>>();
  #turnEnd:
    | { readonly promise: Promise<void>; readonly resolve: () => void; readonly reject: (e: unknown) => void }
    | undefined;
  #segment: { readonly number: number; readonly file: number };
  #nextFrame: number;
  #bytesSinceSnapshot: number;
  #snapshotBytes = 0;
  #snapshotting: Promise<void> | undefined;
  #failure: Error | undefined;
  #isClosed = false;

  constructor(options: JournalOptions, recovered: Recovered, unlock: () => void) {
    this.#options = options;
    this.#unlock = unlock;
    this.#recovered = recovered.parts;
    this.#nextFrame = recovered.nextFrame;
    this.#bytesSinceSnapshot = recovered.sizeBytes;
    this.summary = {
      folder: options.folder,
      sizeBytes: recovered.sizeBytes,
      records: Object.fromEntries(
        [...recovered.parts].map(([name, records]) => [name, records.size] as const).filter(([, count]) => count > 0),
      ),
      unfinishedBytes: recovered.torn?.sizeBytes ?? 0,
    };
    if (recovered.torn) cutOff(recovered.torn.file, recovered.torn.offset);
    this.#segment = this.#openSegment(recovered.files.lastNumber + 1);
  }

  /** Why nothing can be acknowledged any more, if that is so. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  keep<Stored>(part: JournalPart<Stored>): Touch {
    if (this.#parts.has(part.name)) throw new Error(`Cannot keep '${part.name}': there is a part of that name already`);
    this.#parts.set(part.name, part as AnyPart); // sound: it only gets back what it gave
    const records = this.#recovered.get(part.name);
    this.#recovered.delete(part.name);
    for (const [key, stored] of records ?? []) part.restore(key, JSON.parse(stored) as Stored); // as above
    const changed = new Set<string>();
    return key => {
      if (changed.size === 0) this.#changed.set(part as AnyPart, changed);
      changed.add(key);
      if (!this.#turnEnd) this.#awaitTurnEnd();
    };
  }

  onResume(resume: () => void | Promise<void>): void {
    this.#resumers.push(resume);
  }

  /** Calls what waits for everything to be back. To be called once. */
  async resume(): Promise<void> {
    for (const resume of this.#resumers.splice(0)) await resume();
  }

  /** The parts that an earlier process left and nobody asked for. */
  get orphans(): readonly string[] {
    return [...this.#recovered].filter(([, records]) => records.size > 0).map(([name]) => name);
  }

  settled(): Promise<void> | undefined {
    if (this.#failure) return Promise.reject(this.#failure);
    return this.#turnEnd?.promise;
  }

  /** Writes what is left, and gives the folder free. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#endTurn();
    this.#isClosed = true;
    await this.#snapshotting;
    closeSync(this.#segment.file);
    this.#unlock();
  }

  #awaitTurnEnd(): void {
    this.#turnEnd = Promise.withResolvers<void>();
    this.#turnEnd.promise.catch(() => {}); // whoever waits is told; nobody has to
    setImmediate(() => this.#endTurn());
  }

  #endTurn(): void {
    const turnEnd = this.#turnEnd;
    if (!turnEnd || this.#isClosed) return;
    this.#turnEnd = undefined;
    try {
      this.#append(this.#takeChanges());
      turnEnd.resolve();
    } catch (cause) {
      this.#failure ??= new Error(`Cannot write to ${this.#options.folder}: nothing is acknowledged any more`, {
        cause,
      });
      turnEnd.reject(this.#failure);
      return;
    }
    this.#considerSnapshot();
  }

  /** In pieces, as a string has a greatest length. */
  #takeChanges(): Buffer {
    const pieces: Buffer[] = [];
    let lines: string[] = [];
    let size = 0;
    const cut = () => {
      pieces.push(Buffer.from(lines.join('')));
      lines = [];
      size = 0;
    };
    for (const [part, keys] of this.#changed) {
      for (const key of keys) {
        const line = formatRecordLine(part.name, key, part.read(key));
        lines.push(line);
        size += line.length;
        if (size > PIECE_LENGTH) cut();
      }
      keys.clear();
    }
    this.#changed.clear();
    cut();
    return pieces.length === 1 ? (pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(pieces);
  }

  #append(payload: Buffer): void {
    if (this.#failure) throw this.#failure;
    const frame = encodeFrame(this.#nextFrame++, payload);
    writeWhole(this.#segment.file, frame);
    this.#bytesSinceSnapshot += frame.length;
  }

  #openSegment(number: number): { number: number; file: number } {
    const file = openSync(segmentPath(this.#options.folder, number), 'wx');
    writeWhole(file, encodeFrame(this.#nextFrame++, Buffer.from(FORMAT)));
    return { number, file };
  }

  #considerSnapshot(): void {
    const limit = Math.max(this.#options.snapshotAfterBytes ?? SNAPSHOT_AFTER_BYTES, 2 * this.#snapshotBytes);
    if (this.#bytesSinceSnapshot < limit || this.#snapshotting) return;
    this.#snapshotting = this.#takeSnapshot()
      .catch(cause => {
        this.#failure ??= new Error(`Cannot write to ${this.#options.folder}: no snapshot can be taken`, { cause });
      })
      .finally(() => {
        this.#snapshotting = undefined;
      });
  }

  /** Invariant 3. */
  async #takeSnapshot(): Promise<void> {
    const previous = this.#segment;
    let frames = this.#nextFrame;
    this.#segment = this.#openSegment(previous.number + 1);
    closeSync(previous.file);
    this.#bytesSinceSnapshot = 0;
    const { number } = this.#segment;
    const path = snapshotPath(this.#options.folder, number);
    const file = openSync(`${path}.partial`, 'w');
    let sizeBytes = 0;
    const write = (payload: Buffer) => {
      const frame = encodeFrame(frames++, payload);
      writeWhole(file, frame);
      sizeBytes += frame.length;
    };
    try {
      write(Buffer.from(FORMAT));
      for await (const slice of this.#slices()) write(slice);
      if (this.#isClosed) return; // the segments are all there: the next process does without
      write(Buffer.alloc(0));
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.partial`, path);
    removeBefore(this.#options.folder, number);
    this.#snapshotBytes = sizeBytes;
  }

  /** Every record, a few per turn. */
  async *#slices(): AsyncGenerator<Buffer> {
    for (const part of [...this.#parts.values()]) {
      let lines: string[] = [];
      let size = 0;
      for (const key of [...part.keys()]) {
        const stored = part.read(key);
        if (stored === undefined) continue;
        const line = formatRecordLine(part.name, key, stored);
        lines.push(line);
        size += line.length;
        if (size < SNAPSHOT_SLICE_BYTES) continue;
        yield Buffer.from(lines.join(''));
        lines = [];
        size = 0;
        await new Promise(resolve => setImmediate(resolve));
        if (this.#isClosed) return;
      }
      if (size > 0) yield Buffer.from(lines.join(''));
    }
  }
}

function writeWhole(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

function cutOff(path: string, offset: number): void {
  const file = openSync(path, 'r+');
  ftruncateSync(file, offset);
  closeSync(file);
}

/** Reads a journal back: the last record of every key, as text, and what there is to say about it. */
import { statSync } from 'node:fs';
import { findJournalFiles, type JournalFiles } from './data-folder.ts';
import { type Frame, readFrames, type TornEnd } from './frame.ts';
import { DamagedJournalError } from './journal-errors.ts';
import { parseRecordLines } from './record-lines.ts';

/** JSON text by key, by part. */
export type RecoveredParts = Map<string, Map<string, string>>;

export interface Recovered {
  readonly parts: RecoveredParts;
  readonly files: JournalFiles;
  readonly nextFrame: number;
  readonly sizeBytes: number;
  /** The unfinished write at the end of the last segment, which nobody was told of. */
  readonly torn: (TornEnd & { readonly file: string }) | undefined;
}

/** First line of every file: what it is, and in which version of the format. */
export const FORMAT = 'millrace-journal 1\n';

/** @throws DamagedJournalError */
export function recover(folder: string): Recovered {
  const files = findJournalFiles(folder);
  const parts: RecoveredParts = new Map();
  let sizeBytes = 0;
  if (files.snapshot !== undefined) {
    sizeBytes += statSync(files.snapshot).size;
  }
  let nextFrame = files.snapshot === undefined ? 0 : readSnapshot(files.snapshot, parts);
  let torn: Recovered['torn'];
  for (const file of files.segments) {
    sizeBytes += statSync(file).size;
    const segment = readSegment(file, parts, nextFrame);
    if (segment.torn && file !== files.segments.at(-1)) {
      throw new DamagedJournalError(file, `it ends in the middle of a frame at byte ${segment.torn.offset}`);
    }
    if (segment.torn) torn = { ...segment.torn, file };
    nextFrame = segment.nextFrame;
  }
  return { parts, files, nextFrame, sizeBytes, torn };
}

/**
 * The frames of a snapshot bear the numbers from that of its segment's first frame on; the last one is empty: it is whole
 * only with that one.
 * @returns the number of its segment's first frame
 */
function readSnapshot(file: string, parts: RecoveredParts): number {
  let first: number | undefined;
  let isWhole = false;
  for (const { frame } of checkedFrames(file, undefined)) {
    if (!frame) break;
    isWhole = first !== undefined && frame.payload.length === 0;
    first ??= frame.number;
    apply(file, frame, parts);
  }
  if (first === undefined || !isWhole) throw new DamagedJournalError(file, 'its end is missing');
  return first;
}

function readSegment(file: string, parts: RecoveredParts, first: number) {
  let nextFrame = first;
  let torn: TornEnd | undefined;
  for (const step of checkedFrames(file, first)) {
    torn = step.torn;
    if (!step.frame) continue;
    nextFrame = step.frame.number + 1;
    apply(file, step.frame, parts);
  }
  return { nextFrame, torn };
}

/** The frames of a file, numbered without gaps from `first` (if that is known), and its torn end. The first frame says what the file is. */
function* checkedFrames(
  file: string,
  first: number | undefined,
): Generator<{ readonly frame?: Frame; readonly torn?: TornEnd }> {
  const frames = readFrames(file);
  let expected = first;
  for (let step = frames.next(), isFirst = true; ; step = frames.next(), isFirst = false) {
    if (step.done) {
      if (step.value) yield { torn: step.value };
      return;
    }
    const frame = step.value;
    if (expected !== undefined && frame.number !== expected) {
      throw new DamagedJournalError(file, `frame ${expected} is missing before byte ${frame.offset}`);
    }
    expected = frame.number + 1;
    yield { frame: isFirst ? formatFrame(file, frame) : frame };
  }
}

/** @returns the frame without its payload, which is no record */
function formatFrame(file: string, frame: Frame): Frame {
  const format = frame.payload.toString('utf8');
  if (format === FORMAT) return { ...frame, payload: Buffer.alloc(0) };
  throw new DamagedJournalError(file, `it begins with '${format.slice(0, 40).trim()}' and not with '${FORMAT.trim()}'`);
}

function apply(file: string, frame: Frame, parts: RecoveredParts): void {
  for (const line of parseRecordLines(frame.payload)) {
    if (!line) throw new DamagedJournalError(file, `the frame at byte ${frame.offset} holds what is no record`);
    const records = parts.get(line.part) ?? new Map<string, string>();
    parts.set(line.part, records);
    if (line.stored === undefined) records.delete(line.key);
    else records.set(line.key, line.stored);
  }
}

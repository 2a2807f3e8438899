/**
 * How the journal's files are written: frames, each a header and a payload, one after the other.
 *
 * 1. A header has a checksum of its own, so that a frame whose end is missing is told apart from one whose length is wrong.
 * 2. Frames are numbered without gaps over all segments of a journal.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { DamagedJournalError } from './journal-errors.ts';

/** Payload length (u32), number (f64), checksum of the payload (u32), checksum of the header up to here (u32). */
const HEADER_BYTES = 20;
const HEADER_CHECKED_BYTES = 16;
const READ_BYTES = 4 * 1024 * 1024;

export interface Frame {
  readonly number: number;
  readonly payload: Buffer;
  /** Where the frame begins in its file. */
  readonly offset: number;
}

/** What a file ends with when its last write was cut off. */
export interface TornEnd {
  readonly offset: number;
  readonly sizeBytes: number;
}

export function encodeFrame(number: number, payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeDoubleLE(number, 4);
  frame.writeUInt32LE(crc32(payload), 12);
  frame.writeUInt32LE(crc32(frame.subarray(0, HEADER_CHECKED_BYTES)), HEADER_CHECKED_BYTES);
  payload.copy(frame, HEADER_BYTES);
  return frame;
}

/**
 * The frames of a file, in order; returns the torn end, if it has one.
 * @throws DamagedJournalError when a checksum does not match
 */
export function* readFrames(path: string): Generator<Frame, TornEnd | undefined> {
  const reader = new FileReader(path);
  try {
    for (;;) {
      const { offset } = reader;
      const header = reader.peek(HEADER_BYTES);
      if (header.length === 0) return undefined;
      if (header.length < HEADER_BYTES) return { offset, sizeBytes: header.length };
      if (crc32(header.subarray(0, HEADER_CHECKED_BYTES)) !== header.readUInt32LE(HEADER_CHECKED_BYTES)) {
        throw new DamagedJournalError(path, `the header at byte ${offset} does not match its checksum`);
      }
      const sizeBytes = HEADER_BYTES + header.readUInt32LE(0);
      const frame = reader.peek(sizeBytes);
      if (frame.length < sizeBytes) return { offset, sizeBytes: frame.length };
      const payload = frame.subarray(HEADER_BYTES);
      if (crc32(payload) !== frame.readUInt32LE(12)) {
        throw new DamagedJournalError(path, `the frame at byte ${offset} does not match its checksum`);
      }
      yield { number: frame.readDoubleLE(4), payload, offset };
      reader.skip(sizeBytes);
    }
  } finally {
    reader.close();
  }
}

/** Reads a file from its beginning, in large pieces. */
class FileReader {
  readonly #file: number;
  #buffered: Buffer = Buffer.alloc(0);
  #offset = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'r');
  }

  /** Where `peek` begins. */
  get offset(): number {
    return this.#offset;
  }

  /** The next bytes; fewer only where the file ends. */
  peek(sizeBytes: number): Buffer {
    if (this.#buffered.length < sizeBytes) {
      const pieces = [this.#buffered];
      let missing = sizeBytes - this.#buffered.length;
      while (missing > 0) {
        const piece = Buffer.allocUnsafe(Math.max(missing, READ_BYTES));
        const read = readSync(this.#file, piece);
        if (read === 0) break;
        pieces.push(piece.subarray(0, read));
        missing -= read;
      }
      this.#buffered = Buffer.concat(pieces);
    }
    return this.#buffered.subarray(0, sizeBytes);
  }

  skip(sizeBytes: number): void {
    this.#buffered = this.#buffered.subarray(sizeBytes);
    this.#offset += sizeBytes;
  }

  close(): void {
    closeSync(this.#file);
  }
}

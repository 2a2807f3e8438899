/**
 * The bytes of large bodies, in pieces that can be written to the journal one by one and once only: an object that was
 * uploaded in parts consists of their pieces, and a copy of its original's. In memory nothing of the kind is needed.
 *
 * Invariant: a piece is here for as long as an object or a part has it.
 */
export interface Blob {
  readonly id: string;
  /** A view of the body that the piece is of. */
  bytes: Buffer;
  holders: number;
}

/** Keeps a record of the journal well below what its frames take. */
const LARGEST_BLOB_BYTES = 4 * 1024 * 1024;

export class BlobStore {
  readonly #isDurable: boolean;
  readonly #blobs = new Map<string, Blob>();
  #lastId = 0;
  /** Told of every piece that came or went. */
  changed: (id: string) => void = () => {};

  constructor(isDurable: boolean) {
    this.#isDurable = isDurable;
  }

  get ids(): Iterable<string> {
    return this.#blobs.keys();
  }

  find(id: string): Blob | undefined {
    return this.#blobs.get(id);
  }

  /** Pieces of `body`, for `hold`; none when nothing outlives the process. */
  cut(body: Buffer): Blob[] {
    const blobs: Blob[] = [];
    for (let start = 0; this.#isDurable && start < body.length; start += LARGEST_BLOB_BYTES) {
      const bytes = body.subarray(start, start + LARGEST_BLOB_BYTES);
      blobs.push({ id: String(++this.#lastId), bytes, holders: 0 });
    }
    return blobs;
  }

  hold(blobs: readonly Blob[]): void {
    for (const blob of blobs) {
      blob.holders++;
      if (blob.holders > 1) continue;
      this.#blobs.set(blob.id, blob);
      this.changed(blob.id);
    }
  }

  release(blobs: readonly Blob[]): void {
    for (const blob of blobs) {
      blob.holders--;
      if (blob.holders > 0) continue;
      this.#blobs.delete(blob.id);
      this.changed(blob.id);
    }
  }

  /** Takes back a piece of an earlier process. */
  restore(id: string, bytes: Buffer): void {
    this.#blobs.set(id, { id, bytes, holders: 0 });
    this.#lastId = Math.max(this.#lastId, Number(id));
  }

  /** Takes back a body: its pieces are held from now on. */
  bodyOf(ids: readonly string[]): { body: Buffer; blobs: Blob[] } {
    const blobs = ids.flatMap(id => this.#blobs.get(id) ?? []);
    for (const blob of blobs) blob.holders++;
    return { body: joined(blobs), blobs };
  }
}

/** The body that the pieces make up; they are views of it from now on, so that memory holds it once. */
export function joined(blobs: readonly Blob[]): Buffer {
  const [only] = blobs;
  if (only && blobs.length === 1) return only.bytes;
  const body = Buffer.concat(blobs.map(({ bytes }) => bytes));
  let start = 0;
  for (const blob of blobs) {
    const end = start + blob.bytes.length;
    blob.bytes = body.subarray(start, end);
    start = end;
  }
  return body;
}

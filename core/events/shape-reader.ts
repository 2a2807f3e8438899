/**
 * Reads events by the shapes of earlier ones, in half of the time that JSON.parse and the judging of their envelopes take.
 *
 * 1. What it reads is what JSON.parse would read, a sound envelope, and certain to travel: only the data is still to be
 *    judged. When it gives up, nothing has been said.
 * 2. It learns a bounded number of shapes, of events that were accepted, and only after some events: where few come, nothing is
 *    generated. Where events have no shape, or too many, it stops learning.
 */

import type { CloudEvent } from './cloud-event.ts';
import { type EventDigest, newDigest } from './event-digest.ts';
import { type EventShape, shapeOf } from './event-shape.ts';
import { type MakeObject, type ReadText, readerOf, type ShapeNode } from './shape-code.ts';

/** Behind a text there must be this much room. */
export const SHAPE_MARGIN_BYTES = 8192;

export interface ShapeReaderOptions {
  /** @default 32 */
  readonly maxShapes?: number;
  /** Events from which nothing is learned yet. @default 100 */
  readonly warmUp?: number;
}

/** Events without a shape of their own that are looked at. */
const MAX_MISSES = 1000;

export class ShapeReader {
  readonly #maxShapes: number;
  readonly #root: ShapeNode = { next: new Map() };
  readonly #makers = new Map<string, MakeObject>();
  /** Of the event that was read last. */
  readonly digest: EventDigest = newDigest();
  #warmUp: number;
  #shapes = 0;
  #misses = 0;
  #read: ReadText | undefined;

  constructor({ maxShapes = 32, warmUp = 100 }: ShapeReaderOptions = {}) {
    this.#maxShapes = maxShapes;
    this.#warmUp = warmUp;
  }

  get hasLearned(): boolean {
    return this.#read !== undefined;
  }

  /**
   * The event that a text is, and `undefined` when that has to be found out otherwise. Texts in it are parts of `text`, and
   * keep it in memory as long as they are there themselves.
   * @param bytes of the text, one for each character, and a 0, and room (SHAPE_MARGIN_BYTES)
   * @param view of the same bytes
   */
  read(bytes: Uint8Array, view: DataView, text: string): CloudEvent | undefined {
    return this.#read?.(bytes, view, text, this.digest) as CloudEvent | undefined; // the shape of one (invariant 1)
  }

  /** Learns from an event that was accepted. @param text what it was parsed from */
  learn(event: CloudEvent, text: string): void {
    if (this.#warmUp > 0) this.#warmUp -= 1;
    else if (this.#shapes < this.#maxShapes && this.#misses < MAX_MISSES) this.#add(shapeOf(event, text));
  }

  #add(shape: EventShape | undefined): void {
    if (!shape || !insert(this.#root, shape)) {
      this.#misses += 1;
      return;
    }
    this.#shapes += 1;
    this.#read = readerOf(this.#root, this.#makers);
  }
}

/** @returns whether it is new */
function insert(root: ShapeNode, { symbols, event }: EventShape): boolean {
  let node = root;
  for (const symbol of symbols) {
    let next = node.next.get(symbol);
    if (!next) {
      next = { next: new Map() };
      node.next.set(symbol, next);
    }
    node = next;
  }
  if (node.event) return false;
  node.event = event;
  return true;
}

import { TerminalError } from '../errors/operating-errors.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import { addFact, type FactMeasure } from './fact-measure.ts';
import { textBytes } from './fold-limits.ts';
import { keepOutboxTexts } from './outbox-text.ts';

/**
 * The facts of one write, as they come, for as long as an item can hold them. Their JSON is as long as it is only when it has
 * been made; but it is made later, where it is stored, and most writes emit so little that nobody has to know. So facts are
 * measured roughly, to be on the safe side, and exactly only when by that measure they might be too many.
 */
export class FoldOutbox {
  readonly facts: CloudEvent[] = [];
  readonly #maxBytes: number;
  /** Of the facts that were measured exactly: the first ones. */
  readonly #texts: string[] = [];
  #exactBytes = 0;
  /** JSON bytes of all facts, a line each. */
  readonly #rough: FactMeasure = { about: 0, atMost: 0 };

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** About what the facts take as JSON, a line each. */
  get aboutBytes(): number {
    return this.#rough.about;
  }

  /**
   * Takes all facts of one event, or none of them.
   * @returns whether there was room
   * @throws TerminalError when they are too many for any write
   */
  take(emitted: readonly CloudEvent[]): boolean {
    const { about, atMost } = this.#rough;
    for (const fact of emitted) addFact(this.#rough, fact);
    if (this.#rough.atMost > this.#maxBytes) {
      this.#rough.about = about;
      this.#rough.atMost = atMost;
      return this.#takeMeasured(emitted);
    }
    for (const fact of emitted) this.facts.push(fact);
    return true;
  }

  #takeMeasured(emitted: readonly CloudEvent[]): boolean {
    for (const fact of this.facts.slice(this.#texts.length)) this.#keepText(JSON.stringify(fact));
    const texts = emitted.map(fact => JSON.stringify(fact));
    const bytes = texts.reduce((sum, text) => sum + lineBytes(text), 0);
    if (bytes > this.#maxBytes) {
      throw new TerminalError(`Cannot emit facts: at most ${this.#maxBytes} bytes per event, reached ${bytes}`);
    }
    if (this.#exactBytes > 0 && this.#exactBytes + bytes > this.#maxBytes) return false;
    this.facts.push(...emitted);
    for (const text of texts) this.#keepText(text);
    this.#rough.atMost = this.#exactBytes;
    this.#rough.about = this.#exactBytes;
    return true;
  }

  #keepText(text: string): void {
    this.#texts.push(text);
    this.#exactBytes += lineBytes(text);
  }

  /** The facts, to be stored; what was measured exactly need not be made into text again. */
  close(): readonly CloudEvent[] {
    if (this.#texts.length > 0) keepOutboxTexts(this.facts, this.#texts);
    return this.facts;
  }
}

function lineBytes(text: string): number {
  return textBytes(text) + 1;
}

/**
 * What a fold remembers of an event: 13 bytes, as a text of 13 characters of which each stands for a byte (`latin1`), for
 * there are many of them, and such a text is quick to make, to compare and to pack.
 *
 * | bytes | of what                                                         | odds that two different ones look alike |
 * | ----- | --------------------------------------------------------------- | --------------------------------------- |
 * | 7     | the 128 bits of the event's id                                  | 2^-56                                   |
 * | 3     | its acceptance: which time the collector took it in             | 2^-24                                   |
 * | 3     | its content: type, source, subject, time as told, and data      | 2^-24                                   |
 *
 * So with 4,096 events remembered, a new event is taken for a known one with odds of 6e-14, and then it is quarantined for
 * its content, visibly, unless that looks alike too (3e-21). Of the events that reuse an id for another content, one in 17
 * million passes as a duplicate; of the duplicates, one in 17 million is called a redelivery.
 */

import type { CloudEvent } from '../events/cloud-event.ts';
import { ACCEPTANCE_WORD, CONTENT_WORD, digestEvent, type EventDigest, newDigest } from '../events/event-digest.ts';
import { avalanche } from '../events/value-hash.ts';

export type Imprint = string;
/** Imprints, one behind the other. */
export type Imprints = string;

export const IMPRINT_BYTES = 13;
const ID_BYTES = 7;
const ACCEPTANCE_BYTES = 3;
/** Of an event that no collector took in. */
const NO_ACCEPTANCE = '\0'.repeat(ACCEPTANCE_BYTES);

const scratch = /* @__PURE__ */ newDigest();

export function imprintOf(event: CloudEvent): Imprint {
  digestEvent(event, scratch);
  return imprintIn(scratch);
}

/** The imprint of an event that was digested. */
export function imprintIn({ words }: EventDigest): Imprint {
  const first = words[0] ?? 0;
  const second = words[1] ?? 0;
  const third = words[2] ?? 0;
  const fourth = words[3] ?? 0;
  const content = words[CONTENT_WORD] ?? 0;
  const accepted = words[ACCEPTANCE_WORD] ?? 0;
  const left = avalanche(avalanche(avalanche(avalanche(0x9e3779b9 ^ first) ^ second) ^ third) ^ fourth);
  const right = rightHash(rightHash(rightHash(rightHash(0x85ebca77, first), second), third), fourth);
  return String.fromCharCode(
    left >>> 24,
    (left >>> 16) & 255,
    (left >>> 8) & 255,
    left & 255,
    right >>> 24,
    (right >>> 16) & 255,
    (right >>> 8) & 255,
    accepted >>> 24,
    (accepted >>> 16) & 255,
    (accepted >>> 8) & 255,
    content >>> 24,
    (content >>> 16) & 255,
    (content >>> 8) & 255,
  );
}

function rightHash(hash: number, word: number): number {
  return avalanche(Math.imul(hash ^ word, 0x297a2d39));
}

/** How many there are. */
export function imprintCount(imprints: Imprints): number {
  return imprints.length / IMPRINT_BYTES;
}

/** Takes them apart. */
export function eachImprint(imprints: Imprints): Imprint[] {
  return Array.from({ length: imprintCount(imprints) }, (_, at) => imprintAt(imprints, at * IMPRINT_BYTES));
}

/** The part that stands for the id. */
export function imprintedId(imprint: Imprint): string {
  return imprint.slice(0, ID_BYTES);
}

/** The first of `imprints`, from character `start` on, that stands for this id. */
export function findImprint(
  imprints: Imprints,
  imprintedId: string,
  start = 0,
): { readonly imprint: Imprint; readonly end: number } | undefined {
  let at = imprints.indexOf(imprintedId, start);
  while (at >= 0 && at % IMPRINT_BYTES !== 0) at = imprints.indexOf(imprintedId, at + 1);
  return at < 0 ? undefined : { imprint: imprintAt(imprints, at), end: at + IMPRINT_BYTES };
}

function imprintAt(imprints: Imprints, at: number): Imprint {
  return imprints.slice(at, at + IMPRINT_BYTES);
}

/** Whether two imprints of one id stem from the same acceptance. Without one nothing is known, so they do not. */
export function sameAcceptance(a: Imprint, b: Imprint): boolean {
  const accepted = acceptanceIn(a);
  return accepted !== NO_ACCEPTANCE && accepted === acceptanceIn(b);
}

/** Whether two imprints of one id stem from the same content. */
export function sameContent(a: Imprint, b: Imprint): boolean {
  return a.slice(ID_BYTES + ACCEPTANCE_BYTES) === b.slice(ID_BYTES + ACCEPTANCE_BYTES);
}

function acceptanceIn(imprint: Imprint): string {
  return imprint.slice(ID_BYTES, ID_BYTES + ACCEPTANCE_BYTES);
}

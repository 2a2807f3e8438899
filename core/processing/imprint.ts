/**
 * What a fold remembers of an event: 13 bytes, as 26 hexadecimal digits.
 *
 * | digits | of what                                                        | odds that two different ones look alike |
 * | ------ | -------------------------------------------------------------- | --------------------------------------- |
 * | 14     | the 128 bits of the event's id                                 | 2^-56                                   |
 * | 6      | its acceptance: which time the collector took it in            | 2^-24                                   |
 * | 6      | its content: type, source, subject, time and data              | 2^-24                                   |
 *
 * So with 4,096 events remembered, a new event is taken for a known one with odds of 6e-14, and then it is quarantined for
 * its content, visibly, unless that looks alike too (3e-21). Of the events that reuse an id for another content, one in 17
 * million passes as a duplicate; of the duplicates, one in 17 million is called a redelivery.
 */

import type { CloudEvent } from '../events/cloud-event.ts';
import { eventIdWords } from '../events/event-id.ts';
import { hexBytes } from '../events/hex-digits.ts';
import { avalanche, valueHash } from '../events/value-hash.ts';

export type Imprint = string;

export const IMPRINT_BYTES = 13;
const ID_DIGITS = 14;
const ACCEPTANCE_DIGITS = 6;
/** Of an event that no collector took in. */
const NO_ACCEPTANCE = '0'.repeat(ACCEPTANCE_DIGITS);

export function imprintOf(event: CloudEvent): Imprint {
  const { type, source, subject, time, data, acceptance } = event;
  let content = valueHash(type);
  for (const part of [source, subject, time, data]) content = valueHash(part, content);
  const accepted = acceptance === undefined ? NO_ACCEPTANCE : hexBytes(valueHash(acceptance), 0, 3);
  return idDigits(event.id) + accepted + hexBytes(content, 0, 3);
}

/** 56 bits of an id's 128. */
function idDigits(id: string): string {
  let left = 0x9e3779b9;
  let right = 0x85ebca77;
  for (const word of eventIdWords(id)) {
    left = avalanche(left ^ word);
    right = avalanche(Math.imul(right ^ word, 0x297a2d39));
  }
  return hexBytes(left, 0, 4) + hexBytes(right, 0, 3);
}

/** The part that stands for the id. */
export function imprintedId(imprint: Imprint): string {
  return imprint.slice(0, ID_DIGITS);
}

/** Whether two imprints of one id stem from the same acceptance. Without one nothing is known, so they do not. */
export function sameAcceptance(a: Imprint, b: Imprint): boolean {
  const accepted = acceptanceIn(a);
  return accepted !== NO_ACCEPTANCE && accepted === acceptanceIn(b);
}

/** Whether two imprints of one id stem from the same content. */
export function sameContent(a: Imprint, b: Imprint): boolean {
  return a.slice(ID_DIGITS + ACCEPTANCE_DIGITS) === b.slice(ID_DIGITS + ACCEPTANCE_DIGITS);
}

function acceptanceIn(imprint: Imprint): string {
  return imprint.slice(ID_DIGITS, ID_DIGITS + ACCEPTANCE_DIGITS);
}

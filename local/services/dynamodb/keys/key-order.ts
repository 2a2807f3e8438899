/**
 * Keys as text whose order, code unit by code unit, is DynamoDB's order: strings by their UTF-8 bytes, numbers by value,
 * binaries by unsigned bytes. One kind of text for all three lets every index compare with `<`.
 */
import type { AttributeValue } from '../values/attribute-value.ts';
import { orderedNumber } from '../values/decimal.ts';

/** Ends a key component; sorts before everything that can follow within one, because NUL is escaped there. */
export const COMPONENT_END = '\0\0';
/** The first text after every text that begins with a component and its end. */
export const AFTER_COMPONENT_END = '\0\u0001';

/** Only valid for values of the three key types. */
export function orderedKey(value: AttributeValue): string {
  if ('S' in value) return escapeNul(orderedText(value.S));
  if ('N' in value) return orderedNumber(value.N);
  if ('B' in value) return escapeNul(orderedBinary(value.B));
  throw new Error('Cannot order a key: its value is neither S, N nor B');
}

/**
 * JavaScript orders strings by UTF-16 code units, which puts surrogate pairs (U+10000 and up) before U+E000…U+FFFF.
 * Moving surrogates above the others gives the order of UTF-8.
 */
export function orderedText(text: string): string {
  if (!/[\ud800-\uffff]/.test(text)) return text;
  let ordered = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const moved = unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
    ordered += String.fromCharCode(moved);
  }
  return ordered;
}

/** One code unit per byte. */
export function orderedBinary(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}

function escapeNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\0\u0001') : text;
}

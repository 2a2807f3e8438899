/**
 * Measures about how long facts are as JSON, and how long at most, without making it. A text takes six bytes for a character at
 * worst, but a plain one, of printable ASCII of which nothing has to be escaped, takes one.
 *
 * Facts of a type have much in common: their names, their type, their source. What was found plain once is known to be plain when it
 * stands in the same place again; what changes from fact to fact is not looked at, and taken for the worst.
 */

import type { CloudEvent } from '../events/cloud-event.ts';
import { MAX_UNIT_BYTES, numberUnits } from './fold-limits.ts';

/** A value that is nested deeper may hold itself. */
const MAX_DEPTH = 100;
const MAX_TYPES = 100;
const MAX_PLACES = 64;
/** Texts after which what stands in a place is known to change. */
const MAX_TEXTS = 4;
const NOT_PLAIN = /[^ !#-[\]-~]/;

/** What stood in the places of a type's facts last, in the order in which names and texts stand there. */
interface Places {
  readonly plain: string[];
  /** How many different texts there were, one after the other. */
  readonly texts: number[];
}

const byType = new Map<string, Places>();
let places: Places = { plain: [], texts: [] };
let place = 0;
/** Of names and texts that are not known to be plain. */
let unknownUnits = 0;

export interface FactMeasure {
  /** As `jsonUnits` has it. */
  about: number;
  /** Bytes in UTF-8. */
  atMost: number;
}

/** Adds what a fact takes, with the end of its line. Infinite where only JSON.stringify knows. */
export function addFact(measure: FactMeasure, fact: CloudEvent): void {
  places = placesOf(fact.type);
  place = 0;
  unknownUnits = 0;
  const units = unitsOf(fact, 0) + 1;
  measure.about += units;
  measure.atMost += units + unknownUnits * (MAX_UNIT_BYTES - 1);
}

function newPlaces(): Places {
  return { plain: [], texts: Array.from({ length: MAX_PLACES }, () => 0) };
}

function placesOf(type: string): Places {
  let known = byType.get(type);
  if (!known) {
    known = newPlaces();
    if (byType.size >= MAX_TYPES) byType.clear();
    byType.set(type, known);
  }
  return known;
}

function unitsOf(value: unknown, depth: number): number {
  if (typeof value === 'string') return textUnits(value) + 2;
  if (typeof value === 'number') return numberUnits(value);
  if (typeof value === 'boolean') return 5;
  if (value === undefined || value === null) return 4;
  if (typeof value !== 'object' || depth > MAX_DEPTH) return Number.POSITIVE_INFINITY;
  let units = 2;
  if (Array.isArray(value)) {
    for (const item of value) units += unitsOf(item, depth + 1) + 1;
    return units;
  }
  if (value.constructor !== Object) return Number.POSITIVE_INFINITY; // a date, for example
  for (const name in value) {
    const member = (value as Record<string, unknown>)[name];
    if (member !== undefined) units += textUnits(name) + 4 + unitsOf(member, depth + 1);
  }
  return units;
}

function textUnits(text: string): number {
  const at = place++;
  if (!isPlainAt(at, text)) unknownUnits += text.length;
  return text.length;
}

/** Whether a text is surely plain; `false` says nothing. */
function isPlainAt(at: number, text: string): boolean {
  const texts = places.texts[at] ?? MAX_TEXTS;
  if (texts >= MAX_TEXTS) return false;
  if (places.plain[at] === text) return true;
  places.texts[at] = texts + 1;
  if (NOT_PLAIN.test(text)) return false;
  places.plain[at] = text;
  return true;
}

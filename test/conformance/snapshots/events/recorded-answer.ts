/**
 * Compares an answer with what the recorder wrote down of AWS's.
 *
 * The recorder put words in the place of what differs from run to run. All of them are known by their form, so that no
 * harness has to say which values it expects:
 * 1. `<name>` and `<name:2>` stand for a text. The same placeholder stands for the same text everywhere in a row, two
 *    numbers of a name for two texts.
 * 2. A member's own name, spelled `m-d5-of-body`, stands for any value of that member.
 * 3. `datetime` stands for an instant, `date` for one inside of a text, twelve ones for the account.
 * 4. JSON in a text is written down as what it says.
 */
import { isDeepStrictEqual } from 'node:util';

/** Where an answer is not as recorded. */
export interface Difference {
  /** For example `messages.0.Body.detail`. */
  readonly path: string;
  readonly recorded: unknown;
  readonly actual: unknown;
}

export interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** @returns the first difference, `undefined` when there is none */
export function differenceFromRecording(recorded: unknown, actual: unknown, place: Place): Difference | undefined {
  return compare({ texts: new Map(Object.entries({ partition: 'aws', region: place.region })), place }, '', {
    recorded,
    actual,
  });
}

interface Reading {
  /** What each placeholder has been found to stand for. */
  readonly texts: Map<string, string>;
  readonly place: Place;
}

interface Pair {
  readonly recorded: unknown;
  readonly actual: unknown;
}

function compare(reading: Reading, path: string, { recorded, actual: given }: Pair): Difference | undefined {
  const actual = typeof recorded === 'object' && recorded !== null && typeof given === 'string' ? parsed(given) : given;
  const difference = { path, recorded, actual };
  if (Array.isArray(recorded)) {
    if (!Array.isArray(actual) || actual.length !== recorded.length) return difference;
    return first(recorded.map((item, index) => [String(index), { recorded: item, actual: actual[index] }]));
  }
  if (isObject(recorded)) {
    if (!isObject(actual) || !sameMembers(recorded, actual)) return difference;
    return first(Object.keys(recorded).map(name => [name, { recorded: recorded[name], actual: actual[name] }]));
  }
  const same =
    typeof recorded === 'string' ? readsAs(reading, path, recorded, actual) : isDeepStrictEqual(recorded, actual);
  return same ? undefined : difference;

  function first(pairs: readonly (readonly [string, Pair])[]): Difference | undefined {
    for (const [name, pair] of pairs) {
      const found = compare(reading, path === '' ? name : `${path}.${name}`, pair);
      if (found) return found;
    }
    return undefined;
  }
}

function readsAs(reading: Reading, path: string, recorded: string, actual: unknown): boolean {
  if (typeof actual !== 'string' && typeof actual !== 'number') return false;
  if (recorded === hyphenated(path.slice(path.lastIndexOf('.') + 1))) return actual !== '';
  if (recorded === 'datetime') return typeof actual === 'number' || !Number.isNaN(Date.parse(actual));
  return textReadsAs(reading, recorded, String(actual));
}

const STAND_IN = /<([A-Za-z_][\w -]*(?::\d+)?)>|\bdate\b|1{12}/g;
const INSTANT = '(?:date|\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z)';
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

function textReadsAs({ texts, place }: Reading, recorded: string, actual: string): boolean {
  const names: string[] = [];
  let pattern = '';
  let at = 0;
  for (const match of recorded.matchAll(STAND_IN)) {
    const [word, name] = match;
    pattern += escaped(recorded.slice(at, match.index));
    at = match.index + word.length;
    if (name === undefined) pattern += word === 'date' ? INSTANT : escaped(place.accountId);
    else if (texts.has(name)) pattern += escaped(texts.get(name) ?? '');
    else pattern += `(${name.startsWith('uuid:') ? UUID : '[^]+?'})`;
    if (name !== undefined && !texts.has(name)) names.push(name);
  }
  const found = new RegExp(`^${pattern}${escaped(recorded.slice(at))}$`).exec(actual);
  return found !== null && names.every((name, index) => learn(texts, name, found[index + 1] ?? ''));
}

/** @returns false when what is found contradicts what other places of the row have shown */
function learn(texts: Map<string, string>, name: string, text: string): boolean {
  const kind = name.replace(/:\d+$/, '');
  const other = [...texts].find(([known, value]) => known.replace(/:\d+$/, '') === kind && value === text);
  if (texts.has(name)) return texts.get(name) === text;
  texts.set(name, text);
  return other === undefined;
}

function hyphenated(member: string): string {
  return member.replace(/(?<!^)(?=[A-Z])/g, '-').toLowerCase();
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function sameMembers(recorded: object, actual: object): boolean {
  return isDeepStrictEqual(Object.keys(recorded).sort(), Object.keys(actual).sort());
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

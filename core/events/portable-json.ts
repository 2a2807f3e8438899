import { type EventProblem, eventProblem } from './event-problem.ts';

/** Deeper nesting has no use in an event, and lets code that walks a value run out of stack. */
const MAX_DEPTH = 64;
/** The two code points besides lone surrogates that SQS refuses and JSON does not escape. */
const NONCHARACTERS = /[\ufffe\uffff]/;
const TEXT_RULE = 'must be well-formed Unicode, without lone surrogates, U+FFFE and U+FFFF';

/**
 * Why a JSON value cannot travel through every hop as it is: DynamoDB refuses lone surrogates, SQS two noncharacters.
 * An event that holds one would be accepted here and stop its key there. `undefined` when it can.
 */
export function portableJsonProblem(value: unknown, path = '', depth = 0): EventProblem | undefined {
  if (typeof value === 'string') return isPortable(value) ? undefined : textProblem(path, value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === MAX_DEPTH) return eventProblem(path, undefined, `must be nested at most ${MAX_DEPTH} levels deep`);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const problem = portableJsonProblem(item, `${path}[${index}]`, depth + 1);
      if (problem) return problem;
    }
    return undefined;
  }
  for (const [name, member] of Object.entries(value)) {
    if (!isPortable(name)) return textProblem(path, name);
    const problem = portableJsonProblem(member, path === '' ? name : `${path}.${name}`, depth + 1);
    if (problem) return problem;
  }
  return undefined;
}

/**
 * Whether a JSON text is certain to hold a portable value, without a look at the value: `false` says nothing. Most texts
 * have no escaped code units and few brackets, and that is quickly seen.
 */
export function isSurelyPortable(text: string): boolean {
  if (text.includes('\\u') || !text.isWellFormed()) return false;
  return (
    !text.includes('\ufffe') && !text.includes('\uffff') && occurrences(text, '{') + occurrences(text, '[') <= MAX_DEPTH
  );
}

/** Counts no further than it matters. */
function occurrences(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0 && count <= MAX_DEPTH; at = text.indexOf(character, at + 1))
    count += 1;
  return count;
}

function isPortable(text: string): boolean {
  return text.isWellFormed() && !NONCHARACTERS.test(text);
}

function textProblem(path: string, text: string): EventProblem {
  return eventProblem(path, text.toWellFormed(), TEXT_RULE);
}

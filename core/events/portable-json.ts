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
 * Whether a JSON text is certain to hold nothing but portable texts: `false` says nothing. Most have no escaped code units,
 * and that is quickly seen.
 */
export function isSurelyPortable(text: string): boolean {
  return !text.includes('\\u') && text.isWellFormed() && !text.includes('\ufffe') && !text.includes('\uffff');
}

/** Whether the data of an event is not nested too deep, so that neither is the event. */
export function isDataWithinDepth(data: unknown): boolean {
  return isWithinDepth(data, MAX_DEPTH - 1);
}

function isWithinDepth(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) return value.every(item => isWithinDepth(item, levels - 1));
  for (const name in value) {
    const member = (value as Record<string, unknown>)[name];
    if (typeof member === 'object' && !isWithinDepth(member, levels - 1)) return false;
  }
  return true;
}

function isPortable(text: string): boolean {
  return text.isWellFormed() && !NONCHARACTERS.test(text);
}

function textProblem(path: string, text: string): EventProblem {
  return eventProblem(path, text.toWellFormed(), TEXT_RULE);
}

/** Compares what the engine did with what was recorded. */
import type { JsonObject } from '../../../local/cloud/service.ts';
import { isJsonObject } from '../../../local/services/states/json-object.ts';
import type { ActualExecution, AslRow, RecordedEvent } from './asl-oracle.ts';

/** A value that the recorder replaced because it differs from run to run. */
const PLACEHOLDER = /<[a-zA-Z_][^<>]*>/;
/** What the SDK told the integration about HTTP: not ours to reproduce. */
const HTTP_MEMBERS = new Set(['SdkHttpMetadata', 'SdkResponseMetadata']);

/** @returns what differs, or undefined when everything agrees */
export function judgeExecution(row: AslRow, actual: ActualExecution): string | undefined {
  const { expected } = row;
  if (actual.status !== expected.status) return `status ${actual.status} (${actual.error}: ${actual.cause})`;
  if ('output' in expected && !agrees(expected.output, actual.output)) return `output ${JSON.stringify(actual.output)}`;
  if (row.authority !== 'real-aws') return undefined;
  if (!agrees(expected.error ?? null, actual.error ?? null)) return `error ${actual.error}`;
  if (!agrees(expected.cause ?? null, parsedIfNeeded(expected.cause, actual.cause))) return `cause ${actual.cause}`;
  return row.history ? judgeHistory(row.history, actual.events) : undefined;
}

function parsedIfNeeded(expected: unknown, actual: unknown): unknown {
  return isJsonObject(expected) && typeof actual === 'string' ? JSON.parse(actual) : (actual ?? null);
}

/** Whether a value is what was recorded, placeholders standing for anything. */
export function agrees(expected: unknown, actual: unknown): boolean {
  if (typeof expected === 'string' && PLACEHOLDER.test(expected)) return true;
  if (Array.isArray(expected)) {
    return Array.isArray(actual) && actual.length === expected.length && expected.every((e, i) => agrees(e, actual[i]));
  }
  if (!isJsonObject(expected)) return expected === actual;
  if (!isJsonObject(actual)) return false;
  const names = (value: JsonObject) => Object.keys(value).filter(name => !HTTP_MEMBERS.has(name));
  if (names(expected).length !== names(actual).length) return false;
  return names(expected).every(name => Object.hasOwn(actual, name) && agrees(expected[name], actual[name]));
}

/**
 * Event kinds in order. Inside a Parallel the recorder sorted the events and dropped some that say how it ended, so
 * there the recorded kinds must be among ours.
 */
function judgeHistory(recorded: readonly RecordedEvent[], events: readonly JsonObject[]): string | undefined {
  const wanted = recorded.map(({ type }) => type);
  const found = events.map(({ type }) => String(type));
  const sorted = recorded.some(({ id }) => typeof id !== 'number');
  const same = sorted ? holdsAll(found, wanted) : wanted.join() === found.join();
  return same ? undefined : `history ${found.join()}`;
}

function holdsAll(found: readonly string[], wanted: readonly string[]): boolean {
  const left = [...found];
  const missing = wanted.filter(type => {
    const index = left.indexOf(type);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  return missing.length === 0 && left.every(type => type.startsWith('ParallelState'));
}

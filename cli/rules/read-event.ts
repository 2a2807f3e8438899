import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { isSchemaObject, nearestName, type SchemaObject } from '../../core/index.ts';
import { readEventSchemas } from '../../domains/event-schemas.ts';
import { readingValidator } from '../../domains/schema-validator.ts';
import { UsageError } from '../command.ts';

/** An event as rules see it. */
export interface TestedEvent {
  readonly event: SchemaObject;
  readonly type: string;
  readonly source: string;
  /** What is odd about it: it is tested all the same. */
  readonly remarks: readonly string[];
}

/** What stands in the place of what EventBridge adds to an event. */
const ADDED = {
  version: '0',
  id: '00000000-0000-0000-0000-000000000000',
  account: '000000000000',
  region: 'eu-west-1',
  resources: [],
};

/**
 * Reads a CloudEvent, or an event as EventBridge has it, from a file; `-` is the standard input.
 * @throws UsageError when it is neither
 */
export async function readTestedEvent(file: string): Promise<TestedEvent> {
  const place = file === '-' ? 'the standard input' : file;
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch((cause: unknown) => {
    throw new UsageError(`Cannot read the event: there is no file ${file}`, { cause });
  });
  return testedEvent(parsed(content, place), place);
}

function parsed(content: string, place: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot read the event: ${place} must hold one JSON object; ${reason}`, { cause });
  }
}

/** The event as rules see it. @throws UsageError when it is neither a CloudEvent nor an event of EventBridge */
export function testedEvent(value: unknown, place: string): TestedEvent {
  if (!isSchemaObject(value)) {
    const kind = Array.isArray(value) ? 'a list: give one event at a time' : JSON.stringify(value);
    throw new UsageError(`Cannot test the rules: ${place} must hold one event, holds ${kind}`);
  }
  if (isSchemaObject(value.detail)) return bare({ ...ADDED, ...value }, remarksAbout(value.detail));
  if (value.specversion === undefined) {
    const found = Object.keys(value).slice(0, 5).join(', ');
    throw new UsageError(
      `Cannot test the rules: ${place} must hold a CloudEvent (with specversion) or an event as EventBridge has it (with detail), found ${found || 'nothing'}`,
    );
  }
  const { type, source, time } = value;
  const event = { ...ADDED, time: wholeSeconds(time), 'detail-type': type, source, detail: value };
  return bare(event, remarksAbout(value));
}

function bare(event: SchemaObject, remarks: readonly string[]): TestedEvent {
  return { event, type: String(event['detail-type']), source: String(event.source), remarks };
}

/** EventBridge's own times have no fraction. */
function wholeSeconds(time: unknown): string {
  const ms = Date.parse(String(time));
  return Number.isNaN(ms) ? String(time) : `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function remarksAbout({ type, data }: SchemaObject): readonly string[] {
  if (typeof type !== 'string') return [];
  const schemas = readEventSchemas();
  const schema = schemas.find(each => each['x-type'] === type);
  if (!schema) {
    const meant = nearestName(
      type,
      schemas.map(each => String(each['x-type'])),
    );
    return [`no event type '${type}' is known${meant === undefined ? '' : `; did you mean '${meant}'?`}`];
  }
  const accepts = readingValidator(schema);
  if (data === undefined || accepts(data)) return [];
  const [error] = accepts.errors ?? [];
  const field = `data${(error?.instancePath ?? '').replaceAll('/', '.')}`;
  return [`the event breaks its contract: ${field} ${error?.message ?? 'is not allowed'}`];
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSchemaObject, type SchemaObject } from '../core/index.ts';

const SCHEMA_FILE = /^[^/\\]+[/\\]events[/\\][^/\\]+\.schema\.json$/;

/** The schemas of all event types, in the order of their files: what an app is checked by while it is synthesized. */
export function readEventSchemas(): readonly SchemaObject[] {
  const files = readdirSync(import.meta.dirname, { recursive: true }).map(String);
  return files
    .filter(file => SCHEMA_FILE.test(file))
    .sort()
    .map(file => JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')))
    .filter(isSchemaObject);
}

/**
 * A mapping turns one CSV record into one CloudEvent. It is a JSONata expression in a file of its own: the record's
 * columns are its input (as text), and three functions come with it:
 *
 * - `$uuid7(time)`: an id that is always the same for the same record on the same line, so that sending a file again
 *   sends duplicates and not new events;
 * - `$line()`: the line of the file;
 * - `$decimal(text)`: the number that the text spells, or an error that names the text.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import jsonata from 'jsonata';
import { ROOT } from '../assembly.ts';
import { UsageError } from '../command.ts';
import type { Row } from './rows.ts';

export type Mapping = (row: Row) => Promise<unknown>;

/** Loads a mapping by its file, or by its name in `domains/<domain>/mappings/`. @throws UsageError with the names there are */
export async function loadMapping(nameOrFile: string): Promise<Mapping> {
  const file = existsSync(nameOrFile) ? nameOrFile : await findByName(nameOrFile);
  try {
    const expression = jsonata(await readFile(file, 'utf8'));
    return row => expression.evaluate(row.value, bindings(row));
  } catch (error) {
    const reason = error instanceof Error ? error.message : JSON.stringify(error);
    throw new UsageError(`Cannot use the mapping ${file}: ${reason}`, { cause: error });
  }
}

async function findByName(name: string): Promise<string> {
  const known: Record<string, string> = {};
  for (const domain of await readdir(path.join(ROOT, 'domains'))) {
    const folder = path.join(ROOT, 'domains', domain, 'mappings');
    for (const file of await readdir(folder).catch(() => [])) {
      if (file.endsWith('.jsonata')) known[file.slice(0, -'.jsonata'.length)] = path.join(folder, file);
    }
  }
  const found = known[name];
  if (found) return found;
  throw new UsageError(`Cannot find the mapping '${name}': a file, or one of ${Object.keys(known).join(', ')}`);
}

function bindings(row: Row): Record<string, unknown> {
  return {
    line: () => row.line,
    uuid7: (time: unknown) => stableUuid7(row, time),
    decimal: (text: unknown) => decimal(text),
  };
}

function decimal(text: unknown): number {
  const value = Number(text);
  if (typeof text !== 'string' || text.trim() === '' || !Number.isFinite(value))
    throw new Error(`not a number: '${text}'`);
  return value;
}

/** RFC 9562 version 7: the time in the first 48 bits, and where randomness would be, the hash of line and record. */
function stableUuid7(row: Row, time: unknown): string {
  const timeMs = Date.parse(String(time));
  if (Number.isNaN(timeMs)) throw new Error(`not a time: '${time}'`);
  const bytes = createHash('sha256')
    .update(`${row.line}\n${JSON.stringify(row.value)}`)
    .digest()
    .subarray(0, 16);
  bytes.writeUIntBE(timeMs, 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

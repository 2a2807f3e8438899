/** A person's own file as a stream of records: NDJSON or CSV, plain or gzipped. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { UsageError } from '../command.ts';

export interface Row {
  /** The line of the file on which the record begins, from 1. */
  readonly line: number;
  /** The record, or why it could not be read. */
  readonly value: Readonly<Record<string, unknown>> | undefined;
  readonly problem: string | undefined;
}

export interface RowSource {
  readonly rows: AsyncIterable<Row>;
  readonly sizeBytes: number;
  /** How much of the file has been read so far. */
  readBytes(): number;
}

/** @throws UsageError when the file is not there or its name has none of the endings .ndjson, .jsonl, .csv (.gz) */
export async function openRows(file: string): Promise<RowSource> {
  const format = formatOf(file);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new UsageError(`Cannot read '${file}': no such file`);
  let readBytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      readBytes += chunk.length;
      done(null, chunk);
    },
  });
  const raw = createReadStream(file).pipe(counter);
  const bytes = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  return {
    rows: format === 'csv' ? csvRows(bytes) : ndjsonRows(bytes),
    sizeBytes: found.size,
    readBytes: () => readBytes,
  };
}

/** Whether the file needs a mapping to become events. @throws UsageError on an unknown ending */
export function formatOf(file: string): 'csv' | 'ndjson' {
  const name = file.replace(/\.gz$/, '');
  if (name.endsWith('.csv')) return 'csv';
  if (/\.(ndjson|jsonl)$/.test(name)) return 'ndjson';
  throw new UsageError(`Cannot read '${file}': the name must end in .ndjson, .jsonl or .csv (or one of these and .gz)`);
}

async function* ndjsonRows(bytes: NodeJS.ReadableStream): AsyncGenerator<Row> {
  let line = 0;
  for await (const text of createInterface({ input: bytes, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    if (text.trim() !== '') yield parseLine(line, text);
  }
}

function parseLine(line: number, text: string): Row {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { line, value: value as Row['value'], problem: undefined };
    }
    return { line, value: undefined, problem: 'the line is JSON, but not an object' };
  } catch (error) {
    return { line, value: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}

interface CsvRecord {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number; readonly error?: { readonly message: string } };
}

async function* csvRows(bytes: NodeJS.ReadableStream): AsyncGenerator<Row> {
  const records = bytes.pipe(
    parse({
      columns: true,
      bom: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
      relax_quotes: true,
    }),
  );
  for await (const { record, info } of records as AsyncIterable<CsvRecord>) {
    const problem = info.error?.message;
    yield { line: info.lines, value: problem === undefined ? record : undefined, problem };
  }
}

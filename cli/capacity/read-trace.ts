/**
 * A trace of arrivals from a CSV file: `time,count,size` and, if wanted, `hot`. A header is optional and may give the columns
 * in another order. A row holds until the time of the next one; the last one for as long as the one before it.
 */
import { readFileSync } from 'node:fs';
import type { Arrival, ArrivalTrace } from '../../core/capacity/arrival-trace.ts';
import { UsageError } from '../command.ts';

const COLUMNS = ['time', 'count', 'size', 'hot'] as const;
type Column = (typeof COLUMNS)[number];

interface TraceRow {
  readonly line: number;
  readonly timeMs: number;
  readonly count: number;
  readonly sizeBytes: number;
  readonly hotShare?: number;
}

/** A record of a stream, its key included (Kinesis guide, "Quotas and limits"). */
const LARGEST_RECORD_BYTES = 10 * 2 ** 20;
const MOST_RECORDS = 1e9;
const LAST_ROW_MS = 1000;

/** @param file a path, or `-` for the standard input @throws UsageError naming line, field and value */
export function readTrace(file: string): ArrivalTrace {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new UsageError(`Cannot read the trace: no file '${file}'`, { cause });
  }
  return parseTrace(text);
}

/** @throws UsageError naming line, field and value */
export function parseTrace(text: string): ArrivalTrace {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  let columns: readonly Column[] = COLUMNS;
  const rows: TraceRow[] = [];
  let isFirst = true;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const fields = line.split(',').map(field => field.trim().replace(/^"(.*)"$/, '$1'));
    if (isFirst && isHeader(fields)) columns = readHeader(fields, index + 1);
    else rows.push(readRow(fields, columns, index + 1));
    isFirst = false;
  }
  return traceOf(rows);
}

function isHeader([first = '']: readonly string[]): boolean {
  return /^[a-z]/i.test(first);
}

function readHeader(fields: readonly string[], line: number): Column[] {
  const columns = fields.map(field => {
    const column = COLUMNS.find(each => each === field.toLowerCase());
    if (column) return column;
    throw wrong(line, 'the header', `only the columns ${COLUMNS.join(', ')}`, field);
  });
  const missing = COLUMNS.slice(0, 3).find(column => !columns.includes(column));
  if (missing) throw wrong(line, 'the header', `a column '${missing}'`, fields.join(','));
  return columns;
}

function readRow(fields: readonly string[], columns: readonly Column[], line: number): TraceRow {
  if (fields.length < 3 || fields.length > columns.length) {
    const wanted = columns.length === 3 ? '3' : '3 or 4';
    throw wrong(line, 'the row', `${wanted} fields (${columns.join(', ')})`, fields.join(','));
  }
  const text = (column: Column) => fields[columns.indexOf(column)] ?? '';
  const number = (column: Column, rule: string, isRight: (value: number) => boolean): number => {
    const value = Number(text(column));
    if (text(column) !== '' && Number.isFinite(value) && isRight(value)) return value;
    throw wrong(line, `'${column}'`, rule, text(column));
  };
  const count = number(
    'count',
    `a whole number from 0 to ${MOST_RECORDS}`,
    value => Number.isInteger(value) && value >= 0 && value <= MOST_RECORDS,
  );
  const sizeBytes = number(
    'size',
    `bytes of one record, from 1 to ${LARGEST_RECORD_BYTES}`,
    value => value >= 1 && value <= LARGEST_RECORD_BYTES,
  );
  const row = { line, timeMs: readTime(text('time'), line), count, sizeBytes: Math.round(sizeBytes) };
  if (text('hot') === '') return row;
  return { ...row, hotShare: number('hot', 'a share from 0 to 1', value => value >= 0 && value <= 1) };
}

/** Seconds, from wherever they are counted, or an RFC 3339 time. */
function readTime(text: string, line: number): number {
  const seconds = Number(text);
  if (text !== '' && Number.isFinite(seconds) && seconds >= 0) return Math.round(seconds * 1000);
  const ms = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw wrong(line, "'time'", 'seconds, or a time such as 2026-03-01T09:00:00Z', text);
}

function traceOf(rows: readonly TraceRow[]): ArrivalTrace {
  const [first] = rows;
  if (!first) throw new UsageError('Cannot read the trace: it has no rows');
  const startMs = first.timeMs;
  const late = rows.find((row, index) => row.timeMs < (rows[index - 1]?.timeMs ?? row.timeMs));
  if (late) throw wrong(late.line, "'time'", 'not before the row above', String(late.timeMs / 1000));
  const times = [...new Set(rows.map(row => row.timeMs))];
  const lastMs = times.length > 1 ? (times.at(-1) ?? 0) - (times.at(-2) ?? 0) : LAST_ROW_MS;
  const endOf = new Map(times.map((timeMs, index) => [timeMs, times[index + 1] ?? timeMs + lastMs]));
  const arrivals = rows.map(({ timeMs, count, sizeBytes, hotShare }): Arrival => {
    const durationMs = (endOf.get(timeMs) ?? timeMs) - timeMs;
    const at = { startMs: timeMs - startMs, durationMs, count, sizeBytes };
    return hotShare === undefined ? at : { ...at, hotShare };
  });
  if (arrivals.every(({ count }) => count === 0)) {
    throw new UsageError('Cannot use the trace: no record arrives in it, every count is 0');
  }
  return { arrivals, durationMs: (times.at(-1) ?? 0) + lastMs - startMs };
}

function wrong(line: number, what: string, rule: string, value: string): UsageError {
  return new UsageError(`Cannot read line ${line} of the trace: ${what}: ${rule}, received '${value}'`);
}

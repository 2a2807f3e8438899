import { StateFailure } from '../execution/state-failure.ts';
import { isJsonObject } from '../json-object.ts';
import { parseCsv } from './parse-csv.ts';

/** How the data of an `ItemReader` is to be read. */
export interface ItemFormat {
  readonly inputType: string;
  /** 0 means all. */
  readonly maxItems: number;
  /** Given in the definition, where they do not stand in the first row. */
  readonly csvHeaders: readonly string[] | undefined;
  readonly csvDelimiter: string;
  /** A JSON pointer to the array or object that holds the items. */
  readonly itemsPointer: string | undefined;
}

const DELIMITERS: Readonly<Record<string, string>> = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' };

/** The items in an object's text. @throws StateFailure (States.ItemReaderFailed) */
export function parseItems(text: string, format: ItemFormat): unknown[] {
  switch (format.inputType) {
    case 'JSON':
      return jsonItems(text, format.itemsPointer);
    case 'JSONL':
      return text.split('\n').flatMap(line => (line.trim() === '' ? [] : [json(line)]));
    case 'CSV':
      return csvItems(text, format);
    default:
      throw failure(`The InputType '${format.inputType}' is not supported by the embedded cloud`);
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failure(`Attempting to parse the data as JSON failed: ${reason}`);
  }
}

function jsonItems(text: string, pointer: string | undefined): unknown[] {
  const found = pointer === undefined ? json(text) : atPointer(json(text), pointer);
  if (Array.isArray(found)) return found;
  if (isJsonObject(found)) return Object.entries(found).map(([Key, Value]) => ({ Key, Value }));
  throw failure('Attempting to map over non-iterable node.');
}

function atPointer(value: unknown, pointer: string): unknown {
  let at = value;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    at = Array.isArray(at) ? at[Number(name)] : isJsonObject(at) ? at[name] : undefined;
  }
  if (at === undefined) throw failure(`The ItemsPointer '${pointer}' leads nowhere`);
  return at;
}

/** A field that a row lacks is empty; fields beyond the headers are dropped (observed). */
function csvItems(text: string, { csvHeaders, csvDelimiter }: ItemFormat): unknown[] {
  const delimiter = DELIMITERS[csvDelimiter];
  if (delimiter === undefined) throw failure(`The CSVDelimiter '${csvDelimiter}' is not valid`);
  const rows = parseCsv(text, delimiter);
  const headers = csvHeaders ?? rows.shift() ?? [];
  if (new Set(headers).size !== headers.length) throw failure('CSV headers cannot contain duplicates.');
  return rows.map(row => Object.fromEntries(headers.map((header, index) => [header, row[index] ?? ''])));
}

function failure(cause: string): StateFailure {
  return new StateFailure({ error: 'States.ItemReaderFailed', cause });
}

/** The payload of a frame: one line per record, `<part> TAB <key as JSON> TAB <record as JSON>`, without a record when it is gone. */

export interface RecordLine {
  readonly part: string;
  readonly key: string;
  /** JSON text; undefined when the record is gone. */
  readonly stored: string | undefined;
}

export function formatRecordLine(part: string, key: string, stored: unknown): string {
  return stored === undefined
    ? `${part}\t${JSON.stringify(key)}\n`
    : `${part}\t${JSON.stringify(key)}\t${JSON.stringify(stored)}\n`;
}

/** @returns undefined where a line is no record */
export function* parseRecordLines(payload: Buffer): Generator<RecordLine | undefined> {
  let start = 0;
  while (start < payload.length) {
    const end = payload.indexOf(0x0a, start);
    if (end < 0) return yield undefined;
    yield parseLine(payload.toString('utf8', start, end));
    start = end + 1;
  }
}

function parseLine(line: string): RecordLine | undefined {
  const afterPart = line.indexOf('\t');
  if (afterPart < 0) return undefined;
  const afterKey = line.indexOf('\t', afterPart + 1);
  const part = line.slice(0, afterPart);
  const key: unknown = JSON.parse(afterKey < 0 ? line.slice(afterPart + 1) : line.slice(afterPart + 1, afterKey));
  if (typeof key !== 'string') return undefined;
  return { part, key, stored: afterKey < 0 ? undefined : line.slice(afterKey + 1) };
}

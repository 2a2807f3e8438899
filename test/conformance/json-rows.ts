import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject } from '../../local/cloud/service.ts';
import { isJsonObject } from '../../local/services/states/json-object.ts';
import type { ConformanceCase, Corpus } from './corpus.ts';
import { type CaseVerdict, outOfScope } from './verdict.ts';

/** Judges one row of a corpus. The row is as it stands in the file: nothing about its members has been checked. */
export type RowJudge = (row: JsonObject) => Promise<CaseVerdict> | CaseVerdict;

/** How rows become cases. */
export interface RowReading {
  readonly judge: RowJudge;
  readonly group?: string | undefined;
}

/** The rows of a file of one JSON object per line, as cases. A line that holds none is out of scope, not fatal. */
export async function readRowCases(file: string, { judge, group }: RowReading): Promise<ConformanceCase[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').map((text, index) => ({ text, number: index + 1 }));
  return lines.filter(({ text }) => text.trim() !== '').map(line => rowCase(line, { judge, group }));
}

function rowCase({ text, number }: { text: string; number: number }, { judge, group }: RowReading): ConformanceCase {
  const row = parsed(text);
  if (!row) return { id: `line-${number}`, judge: () => outOfScope('the line is no JSON object') };
  const name = group === undefined ? undefined : row[group];
  return {
    id: typeof row.id === 'string' ? row.id : `line-${number}`,
    group: typeof name === 'string' ? name : undefined,
    judge: () => judge(row),
  };
}

function parsed(text: string): JsonObject | undefined {
  try {
    const row: unknown = JSON.parse(text);
    return isJsonObject(row) ? row : undefined;
  } catch {
    return undefined;
  }
}

/** A corpus whose cases are judged one by one, without anything in common. */
export interface RowCorpus {
  readonly name: string;
  readonly source: string;
  /** The member of a row that says what it is about. @default rows are not grouped */
  readonly group?: string;
  judge(row: JsonObject, directory: string): Promise<CaseVerdict> | CaseVerdict;
}

/** A corpus in a file of one JSON object per line, `<name>.jsonl`. */
export function rowCorpus({ name, source, group, judge }: RowCorpus): Corpus {
  const fileName = `${name}.jsonl`;
  return {
    name,
    source,
    fileName,
    open: async directory => ({
      cases: await readRowCases(path.join(directory, fileName), { judge: row => judge(row, directory), group }),
    }),
  };
}

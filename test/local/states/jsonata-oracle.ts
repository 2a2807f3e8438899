/** The JSONata corpus, run through the wiring that the state machines use. */
import { existsSync, readFileSync } from 'node:fs';
import { seededIds } from '../../../local/cloud/ids.ts';
import { jsonEquals } from '../../../local/services/states/json-object.ts';
import { evaluateJsonata, JsonataError } from '../../../local/services/states/jsonata/jsonata-expression.ts';
import { jsonataFunctions } from '../../../local/services/states/jsonata/jsonata-functions.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

const ORACLES = new URL('../../../../shared/oracles/', import.meta.url);

export interface JsonataRow {
  readonly id: string;
  readonly expr: string;
  readonly data?: unknown;
  readonly dataset?: string;
  readonly bindings: Readonly<Record<string, unknown>>;
  readonly expected: { readonly result?: unknown; readonly undefined?: boolean; readonly code?: string };
  readonly timelimit?: number;
  readonly depth?: number;
}

/** @returns undefined where the corpus is not there */
export function readJsonataCorpus(): JsonataRow[] | undefined {
  const corpus = new URL('jsonata.jsonl', ORACLES);
  if (!existsSync(corpus)) return undefined;
  const lines = readFileSync(corpus, 'utf8').trim().split('\n');
  return lines.map(line => JSON.parse(line) as JsonataRow); // the corpus says so of itself
}

/** The suite's own code for "too deep or too long", which the library splits in two. */
const LIMIT_CODES = ['D1011', 'D1012'];

export async function judgeJsonata(row: JsonataRow): Promise<string | undefined> {
  const { expected } = row;
  try {
    const value = await evaluate(row);
    if (expected.undefined) return value === undefined ? undefined : JSON.stringify(value);
    return 'result' in expected && jsonEquals(expected.result, value) ? undefined : JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof JsonataError)) throw error;
    const same = error.code === expected.code || (expected.code === 'U1001' && LIMIT_CODES.includes(error.code));
    return same ? undefined : `${error.code}: ${error.message}`;
  }
}

function evaluate(row: JsonataRow): Promise<unknown> {
  const { dataset, timelimit, depth } = row;
  const file = dataset === undefined ? undefined : new URL(`jsonata-datasets/${dataset}.json`, ORACLES);
  const input: unknown = file ? JSON.parse(readFileSync(file, 'utf8')) : row.data;
  const functions = jsonataFunctions({ clock: new VirtualClock(), ids: seededIds(1) });
  const limits = timelimit && depth ? { limits: { timeoutMs: timelimit, stackDepth: depth } } : {};
  return evaluateJsonata(row.expr, { input, bindings: { ...functions, ...row.bindings }, ...limits });
}

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { seededIds } from '../../../local/cloud/ids.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { isJsonObject, jsonEquals } from '../../../local/services/states/json-object.ts';
import { evaluateJsonata, JsonataError } from '../../../local/services/states/jsonata/jsonata-expression.ts';
import { jsonataFunctions } from '../../../local/services/states/jsonata/jsonata-functions.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import type { Corpus } from '../corpus.ts';
import { rowCorpus } from '../json-rows.ts';
import { ORACLES } from '../oracles.ts';
import { type CaseVerdict, failed, outOfScope, PASSED } from '../verdict.ts';

/** The suite's own code for "too deep or too long", which the library splits in two. */
const LIMIT_CODES: Readonly<Record<string, readonly string[]>> = { U1001: ['D1011', 'D1012'] };

/** The test suite of the language, through the wiring that the state machines use. There is no API that takes `$`. */
export const jsonata: Corpus = rowCorpus({ name: 'jsonata', source: 'the test suite of JSONata', judge });

async function judge(row: JsonObject, directory: string): Promise<CaseVerdict> {
  const { expr, expected } = row;
  if (typeof expr !== 'string' || !isJsonObject(expected)) return outOfScope('the row has no expression');
  if (/\$eval\b/.test(expr)) return outOfScope('Step Functions has no $eval');
  const input = inputOf(directory, row);
  if (!input) return outOfScope(`the data set ${row.dataset} is not there`);
  try {
    const value = await evaluateJsonata(expr, { input: input.value, ...scopeOf(row) });
    return agrees(row, expected, value) ? PASSED : failed(expected, value === undefined ? 'undefined' : value);
  } catch (error) {
    if (!(error instanceof JsonataError)) throw error;
    const code = String(expected.code);
    const same = error.code === code || LIMIT_CODES[code]?.includes(error.code);
    return same ? PASSED : failed(expected, `${error.code}: ${error.message}`);
  }
}

function agrees({ unordered }: JsonObject, expected: JsonObject, value: unknown): boolean {
  if (!('result' in expected)) return expected.undefined === true && value === undefined;
  if (unordered !== true) return jsonEquals(expected.result, value);
  return jsonEquals(inAnyOrder(expected.result), inAnyOrder(value));
}

function inAnyOrder(value: unknown): unknown {
  return Array.isArray(value) ? value.map(item => JSON.stringify(item)).sort() : value;
}

/** A folder of rows need not repeat the data sets. @returns undefined when the row names one that is not there */
function inputOf(directory: string, { dataset, data }: JsonObject): { readonly value: unknown } | undefined {
  if (typeof dataset !== 'string') return { value: data };
  const name = `${path.basename(dataset)}.json`;
  const files = [directory, ORACLES].map(folder => path.join(folder, 'jsonata-datasets', name));
  const file = files.find(candidate => existsSync(candidate));
  return file === undefined ? undefined : { value: JSON.parse(readFileSync(file, 'utf8')) };
}

function scopeOf({ bindings, timelimit, depth }: JsonObject) {
  const functions = jsonataFunctions({ clock: new VirtualClock(), ids: seededIds(1) });
  const limited = typeof timelimit === 'number' && typeof depth === 'number';
  return {
    bindings: { ...functions, ...(isJsonObject(bindings) ? bindings : {}) },
    ...(limited ? { limits: { timeoutMs: timelimit, stackDepth: depth } } : {}),
  };
}

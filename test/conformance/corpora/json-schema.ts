import { createRequire } from 'node:module';
import type { JsonSchema } from '../../../core/index.ts';
import { inexactKeyword, readingValidator, validatorSource } from '../../../domains/schema-validator.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import type { Corpus } from '../corpus.ts';
import { rowCorpus } from '../json-rows.ts';
import { type CaseVerdict, failed, outOfScope, PASSED } from '../verdict.ts';

type Judge = (data: unknown) => boolean;

/** The cases of one schema follow each other. */
let latest: { readonly text: string; readonly judge: Judge } | undefined;

/**
 * JSON Schema 2020-12, by the way that a schema takes here: generated code where that is exact, and otherwise read as it
 * judges. What is read is judged by both ways where both are open to a schema.
 */
export const jsonSchema: Corpus = rowCorpus({
  name: 'json-schema',
  source: "json-schema.org's test suite, draft 2020-12",
  judge(row): CaseVerdict {
    if (row.optional === true) return outOfScope('optional in the specification (formats among them)');
    if (row.needsRemote === true) return outOfScope('refers to a document that the corpus does not hold');
    const answer = judgeOf(row)(row.data);
    return answer === row.expected ? PASSED : failed(row.expected, answer);
  },
});

function judgeOf({ schema }: JsonObject): Judge {
  const text = JSON.stringify(schema);
  if (latest?.text !== text) latest = { text, judge: newJudge(schema as JsonSchema) }; // the suite's own schemas
  return latest.judge;
}

/** @throws when the two ways disagree, so that the case fails */
function newJudge(schema: JsonSchema): Judge {
  const read = readingValidator(schema);
  if (inexactKeyword(schema) !== undefined) return read;
  const generated = evaluated(validatorSource(schema, { strict: false, esm: false }));
  return data => {
    const answer = generated(data);
    if (read(data) !== answer) throw new Error(`generated code says ${answer}, the reading validator does not`);
    return answer;
  };
}

/** Runs generated code: a test may, a handler gets the code as a file. */
function evaluated(source: string): Judge {
  const module: { exports: unknown } = { exports: undefined };
  new Function('require', 'module', 'exports', source)(createRequire(import.meta.url), module, {});
  return module.exports as Judge; // what the generator writes
}

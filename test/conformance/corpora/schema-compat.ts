import {
  COMPATIBILITY_MODES,
  checkCompatibility,
  fakeData,
  incompatibilityText,
  type JsonSchema,
  seededRandom,
} from '../../../core/index.ts';
import { readingValidator } from '../../../domains/schema-validator.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import type { Corpus } from '../corpus.ts';
import { rowCorpus } from '../json-rows.ts';
import { type CaseVerdict, failed, outOfScope, PASSED } from '../verdict.ts';

/** So many documents are tried to refute a row. */
const DOCUMENTS = 100;

/** Whether one version of a schema may follow another. */
export const schemaCompatibility: Corpus = rowCorpus({
  name: 'schema-compat',
  source: "a schema registry's tests",
  judge(row): CaseVerdict {
    if (row.format !== 'JSON') return outOfScope('no JSON Schema (Avro, Protobuf)');
    const mode = COMPATIBILITY_MODES.find(name => name === String(row.mode).toLowerCase().replaceAll('_', '-'));
    if (!mode || !Array.isArray(row.previousSchemas)) return outOfScope('the row has no mode or no earlier version');
    const previous = (row.previousSchemas as JsonSchema[]).map((schema, index) => ({ version: `${index}`, schema }));
    const next = { version: 'next', schema: row.newSchema as JsonSchema }; // what the registry took as schemas
    const found = checkCompatibility(previous, next, { mode });
    if ((found.length === 0) === row.expected) return PASSED;
    if (found.length > 0 && refutes(row)) {
      return outOfScope('called compatible, though a document of the earlier version is refused by the new one');
    }
    return failed({ compatible: row.expected, changes: row.changes }, found.map(incompatibilityText));
  },
});

/** Whether a document keeps the earlier schema and breaks the new one: what the row says is then not so. */
function refutes({ previousSchemas, newSchema, mode }: JsonObject): boolean {
  if (!Array.isArray(previousSchemas) || mode !== 'BACKWARD') return false;
  const earlier = previousSchemas.at(-1) as JsonSchema;
  const [keepsEarlier, keepsNew] = [readingValidator(earlier), readingValidator(newSchema as JsonSchema)];
  const random = seededRandom(1);
  return Array.from({ length: DOCUMENTS }).some(() => {
    const made = fakeData(earlier, { random, accepts: keepsEarlier });
    return made !== undefined && !keepsNew(made.data);
  });
}

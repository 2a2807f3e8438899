import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ORACLES } from './oracles.ts';
import { CORPORA } from './roster.ts';
import { runCorpus } from './run-corpus.ts';

/** The least share of the judged cases that must agree. `npm run conformance` names the others. */
const FLOORS: Readonly<Record<string, number>> = {
  'event-patterns': 1,
  jsonata: 0.99,
  asl: 0.97,
  'esm-filters': 1,
  'esm-facts': 1,
  'json-schema': 0.99,
  'schema-compat': 1,
  cloudevents: 1,
  'aws-snapshots': 0.98,
};

/** A busy machine takes longer than the default. */
const LONGEST_RUN_MS = 180_000;

const judged = CORPORA.filter(({ name }) => FLOORS[name] !== undefined);

describe('The embedded cloud, judged by recorded answers (a corpus that is not there is skipped)', () => {
  for (const corpus of judged) {
    const floor = FLOORS[corpus.name] ?? 1;
    const isThere = existsSync(path.join(ORACLES, corpus.fileName));
    it.skipIf(!isThere)(
      `agrees with at least ${floor * 100} % of ${corpus.name}`,
      async () => {
        const { passed, total, failures } = await runCorpus(corpus, ORACLES);
        expect(total).toBeGreaterThan(0);
        expect(passed / total, failures.map(({ id }) => id).join()).toBeGreaterThanOrEqual(floor);
      },
      LONGEST_RUN_MS,
    );
  }
});

import { asl } from './corpora/asl.ts';
import { awsSnapshots } from './corpora/aws-snapshots.ts';
import { cloudEvents } from './corpora/cloud-events.ts';
import { esmFacts } from './corpora/esm-facts.ts';
import { esmFilters } from './corpora/esm-filters.ts';
import { eventPatterns } from './corpora/event-patterns.ts';
import { jsonSchema } from './corpora/json-schema.ts';
import { jsonata } from './corpora/jsonata.ts';
import { laterCorpora } from './corpora/later.ts';
import { schemaCompatibility } from './corpora/schema-compat.ts';
import type { Corpus } from './corpus.ts';

/** Every corpus, in the order in which they run and are reported. */
export const CORPORA: readonly Corpus[] = [
  eventPatterns,
  jsonata,
  asl,
  esmFilters,
  esmFacts,
  awsSnapshots,
  jsonSchema,
  schemaCompatibility,
  cloudEvents,
  ...laterCorpora,
];

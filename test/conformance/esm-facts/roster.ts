import { deliveries } from './deliveries.ts';
import { eventShapes } from './event-shapes.ts';
import type { Fact } from './fact.ts';
import { mappingAnswers } from './mapping-answers.ts';
import { queueMappings } from './queue-mappings.ts';
import { streamDocumented } from './stream-documented.ts';
import { streamFailures } from './stream-failures.ts';
import { streamRecordAge } from './stream-record-age.ts';

/** Every fact that is repeated, in the order of the page. */
export const FACTS: readonly Fact[] = [
  ...streamFailures,
  ...streamRecordAge,
  ...streamDocumented,
  ...eventShapes,
  ...queueMappings,
  ...mappingAnswers,
  ...deliveries,
];

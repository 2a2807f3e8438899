import { parseBehaviourEvent } from '../../domains/behaviour/events/ingest-contracts.ts';
import { openCartAttributes } from '../../domains/behaviour/processors/open-cart-index.ts';
import { sessionProfileProcessor } from '../../domains/behaviour/processors/session-profile-processor.ts';
import { dynamodbFoldStore } from '../adapters/fold-store-dynamodb.ts';
import { s3Quarantine } from '../adapters/quarantine-s3.ts';
import { dynamodbClient, s3Client } from '../runtime/clients.ts';
import { positiveNumberVariable, textVariable } from '../runtime/environment.ts';
import { foldHandler } from '../runtime/fold-handler.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { systemIds } from '../runtime/system-ids.ts';

const HOP = 'session-profile';

/** Folds what visitors do into session profiles. */
export const handler = foldHandler({
  hop: HOP,
  domain: 'behaviour',
  parse: parseBehaviourEvent,
  processor: () => sessionProfileProcessor({ sessionGapMs: positiveNumberVariable('SESSION_GAP_MINUTES') * 60_000 }),
  store: () =>
    dynamodbFoldStore({
      client: dynamodbClient(),
      tableName: textVariable('STATE_TABLE'),
      layout: { keyAttribute: 'visitorId', attributes: openCartAttributes },
      lanes: { tableName: textVariable('PARKED_TABLE'), processor: HOP },
      clock: systemClock,
      ids: systemIds,
    }),
  quarantine: () => s3Quarantine(s3Client(), textVariable('QUARANTINE_BUCKET')),
});

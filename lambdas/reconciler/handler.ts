import { parseRfc3339 } from '../../core/index.ts';
import { askProcessor } from '../adapters/known-records-lambda.ts';
import { readLedger } from '../adapters/ledger-lines-logs.ts';
import { readOutboxChanges } from '../adapters/outbox-changes-dynamodb.ts';
import { isQuarantined } from '../adapters/quarantine-s3.ts';
import { queueDepth } from '../adapters/queue-depth-sqs.ts';
import { readStreamRange } from '../adapters/stream-range-kinesis.ts';
import {
  dynamodbClient,
  dynamodbStreamsClient,
  kinesisReader,
  lambdaClient,
  logsClient,
  s3Client,
  sqsReader,
} from '../runtime/clients.ts';
import { textVariable } from '../runtime/environment.ts';
import { inTime } from '../runtime/in-time.ts';
import { logger } from '../runtime/logger.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { type ReconcileDependencies, type ReconcileRange, type ReconcileReport, reconcile } from './reconcile.ts';
import { type QuarantinePlace, recordFates } from './record-fates.ts';
import type { Topology } from './topology.ts';

/** What a person asks for; the schedule asks for nothing. */
export interface ReconcileRequest {
  readonly reconcile?: {
    /** RFC 3339. */
    readonly from: string;
    /** RFC 3339. @default now */
    readonly to?: string;
    /** Whether everything should have come to rest: then nothing may wait any more. @default false */
    readonly atRest?: boolean;
  };
}

const MINUTE_MS = 60_000;
/** The schedule looks at the ten minutes that ended five minutes ago; it runs every five. */
const SCHEDULED = { fromMs: 15 * MINUTE_MS, toMs: 5 * MINUTE_MS };
/** What was accepted so long ago should not wait any more. */
const SETTLED_MS = 5 * MINUTE_MS;
/** Findings in one answer. */
const MOST_FINDINGS = 1000;

const metrics = hopMetrics('reconciler');
const log = once(() => logger('reconciler'));

const dependencies = once((): ReconcileDependencies => {
  const topology = JSON.parse(textVariable('TOPOLOGY')) as Topology; // written by the construct of this function
  const logGroups = textVariable('LOG_GROUPS').split(',');
  const quarantined = (record: QuarantinePlace) => isQuarantined(s3Client(), textVariable('QUARANTINE_BUCKET'), record);
  return {
    topology,
    readLedger: fromMs => readLedger({ client: logsClient(), logGroups }, fromMs),
    readRange: range => readStreamRange({ client: kinesisReader(), streamName: textVariable('STREAM_NAME'), ...range }),
    async writtenFacts() {
      const clients = { tables: dynamodbClient(), streams: dynamodbStreamsClient(), clock: systemClock };
      const ofTables = topology.outboxes.map(tableName => readOutboxChanges({ ...clients, tableName }));
      return (await Promise.all(ofTables)).flat();
    },
    queueDepth: name => queueDepth(sqsReader(), name),
    async fates(hop, { records, repeated }) {
      const processor = topology.processors.find(each => each.hop === hop);
      if (!processor || records.length === 0) return new Map();
      const known = await askProcessor(lambdaClient(), processor.functionName, records);
      return recordFates(known, { hop, records, repeated, isQuarantined: quarantined });
    },
  };
});

/** Compares the counts of all hops, explains where they differ, and says what cannot be explained. */
export const handler = inTime(async (request: ReconcileRequest): Promise<ReconcileReport> => {
  const report = await reconcile(rangeOf(request, systemClock.now()), dependencies());
  const { unexplained, explained, unexplainedCount } = report;
  if (!request.reconcile) metrics({ Unexplained: unexplainedCount });
  for (const finding of unexplained) log().error('Unexplained', { ...finding });
  return {
    ...report,
    explained: explained.slice(0, MOST_FINDINGS),
    unexplained: unexplained.slice(0, MOST_FINDINGS),
  };
});

function rangeOf({ reconcile: asked }: ReconcileRequest, nowMs: number): ReconcileRange {
  const settledAtMs = nowMs - SETTLED_MS;
  const minuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  if (!asked) return { fromMs: minuteMs - SCHEDULED.fromMs, toMs: minuteMs - SCHEDULED.toMs, settledAtMs };
  const fromMs = Math.floor(momentOf('from', asked.from) / MINUTE_MS) * MINUTE_MS;
  const toMs = asked.to === undefined ? nowMs : momentOf('to', asked.to);
  return { fromMs, toMs, settledAtMs: asked.atRest === true ? Number.POSITIVE_INFINITY : settledAtMs };
}

function momentOf(name: string, text: string): number {
  const moment = parseRfc3339(text);
  if (moment !== undefined) return moment;
  throw new Error(`Cannot reconcile: '${name}' must be an RFC 3339 timestamp, received ${JSON.stringify(text)}`);
}

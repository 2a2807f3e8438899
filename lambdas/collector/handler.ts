import type { EventProblem } from '../../core/index.ts';
import { ingestContracts } from '../../domains/ingest-contracts.ts';
import { kinesisEventLog } from '../adapters/event-log-kinesis.ts';
import { sqsOverflow } from '../adapters/overflow-sqs.ts';
import { s3Quarantine } from '../adapters/quarantine-s3.ts';
import { kinesisClient, s3Client, sqsClient } from '../runtime/clients.ts';
import { optionalVariable, textVariable } from '../runtime/environment.ts';
import { registeredReader } from '../runtime/event-reader.ts';
import { answering, type HttpAnswer, type HttpRequest, json, problem } from '../runtime/http.ts';
import { inTime } from '../runtime/in-time.ts';
import { logger } from '../runtime/logger.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { systemIds } from '../runtime/system-ids.ts';
import { type CollectReport, collect } from './collect.ts';
import { readEvents, readOptions } from './read-request.ts';
import { answerSegment, type SegmentDependencies } from './segment.ts';
import { segmentCallOf } from './segment-request.ts';

const metrics = hopMetrics('collector');

const reader = once(() => registeredReader('collector', ingestContracts));
const dependencies = once((): SegmentDependencies => {
  const ports = { clock: systemClock, ids: systemIds, warn: logger('collector').warn };
  return {
    ...ports,
    log: kinesisEventLog({ ...ports, client: kinesisClient(), streamName: textVariable('STREAM_NAME') }),
    overflow: sqsOverflow({ ...ports, client: sqsClient(), queueUrl: textVariable('OVERFLOW_QUEUE_URL') }),
    quarantine: s3Quarantine(s3Client(), textVariable('QUARANTINE_BUCKET')),
    parse: reader().parse,
    writeKeys: new Set(optionalVariable('SEGMENT_WRITE_KEYS')?.split(',')),
    count,
  };
});

/** `POST /events`: one CloudEvent or a batch of them, an answer for each. `POST /v1/{call}`: messages of trackers. */
export const handler = inTime(async (request: HttpRequest): Promise<HttpAnswer> => {
  return answering(async () => {
    await reader().refresh();
    if (segmentCallOf(request) !== undefined) return answerSegment(request, dependencies());
    const events = readEvents(request);
    const report = await collect(events, readOptions(request), dependencies());
    count(report);
    return answerOf(report);
  });
});

function count(report: CollectReport): void {
  const counts = {
    Accepted: report.accepted + report.quarantined,
    Refused: report.refused,
    Quarantined: report.quarantined,
    Overflowed: report.overflowed,
  };
  metrics(counts, report.ledger);
}

/** 202 when all were accepted, 207 when answers differ or some are quarantined, a problem when all were refused. */
function answerOf(report: CollectReport): HttpAnswer {
  const { overflowed: _overflowed, ledger: _ledger, ...body } = report;
  if (report.refused === 0) return json(report.quarantined === 0 ? 202 : 207, body);
  if (report.refused < report.results.length) return json(207, body);
  const unavailable = report.results.some(result => result.problem?.status === 503);
  const [first] = report.results;
  return problem({
    status: unavailable ? 503 : 400,
    title: unavailable ? 'Not taken' : 'Invalid events',
    detail: `${first?.problem?.field || 'event'}: ${first?.problem?.reason ?? ''}`,
    ...reasonOf(first?.problem),
    ...body,
  });
}

/** Field, value and reason of one problem, for the problem of the whole. */
function reasonOf(first: EventProblem | undefined): Partial<EventProblem> {
  if (!first) return {};
  const { field, value, reason } = first;
  return { field, ...(value === undefined ? {} : { value }), reason };
}

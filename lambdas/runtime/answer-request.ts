/** Answers what a processor's function is asked for besides batches, whatever the processor guarantees. */
import {
  type Drained,
  type DrainPorts,
  type DrainRequest,
  type KnownRecord,
  openLedger,
  type RecordFate,
} from '../../core/index.ts';
import { dynamodbLanes, type LaneTable, parkedKeys } from '../adapters/lanes-dynamodb.ts';
import { enterDrained } from './enter-fates.ts';
import { hopMetrics, type Metrics } from './metrics.ts';
import type { HeldRecord, ProcessorRequest } from './processor-request.ts';
import { systemClock } from './system-clock.ts';
import { systemIds } from './system-ids.ts';

/** What a guarantee has to answer with. */
export interface RequestAnswers {
  readonly lanes: LaneTable;
  /** Takes the lane of a key through the processor. */
  readonly drain: (
    request: DrainRequest,
    ports: DrainPorts & { readonly onWritten: (fates: readonly RecordFate[]) => void },
  ) => Promise<Drained>;
  /** What is known of records of the types that the processor takes. */
  readonly fates: (records: readonly HeldRecord[]) => Promise<readonly KnownRecord[]>;
  /** @default the function's own */
  readonly metrics?: Metrics;
}

/** One call drains for so long; whoever asked asks again. */
const DRAIN_MS = 8000;

/** Does what is asked for, and counts it. @throws Error when the request is none; what draining throws */
export async function answerRequest(request: ProcessorRequest, answers: RequestAnswers): Promise<unknown> {
  if ('parked' in request) return parkedKeys(answers.lanes, request.parked?.cursor);
  if ('fates' in request) return { fates: await answers.fates(request.fates.records) };
  const { key, by = 'somebody' } = request.drain ?? {};
  if (typeof key !== 'string' || key === '') throw new Error(`Cannot drain: a key is needed, received '${key}'`);
  return drain({ key, holder: `${by} ${systemIds.ulid()}` }, answers);
}

async function drain(request: DrainRequest, { lanes, drain, metrics }: RequestAnswers): Promise<Drained> {
  const endMs = systemClock.now() + DRAIN_MS;
  const fates: RecordFate[] = [];
  try {
    return await drain(request, {
      lanes: dynamodbLanes(lanes),
      clock: systemClock,
      hasTime: () => systemClock.now() < endMs,
      onWritten: written => fates.push(...written),
    });
  } finally {
    // what is done is done, even when the rest fails
    if (fates.length > 0) countDrained(metrics ?? hopMetrics(lanes.processor), fates);
  }
}

/** What was counted as parked is taken back, so that every event is counted under one outcome. */
function countDrained(metrics: Metrics, fates: readonly RecordFate[]): void {
  const ledger = openLedger();
  enterDrained(ledger, fates);
  const count = (outcome: RecordFate['outcome']) => fates.filter(fate => fate.outcome === outcome).length;
  metrics(
    {
      Applied: count('applied'),
      Duplicate: count('duplicate'),
      Redelivered: count('redelivered'),
      Quarantined: count('quarantined'),
      Parked: -fates.length,
    },
    ledger,
  );
}

/** What an operator asks a fold's function about its parked keys: `millrace parked`. */
import {
  type CloudEvent,
  type DrainDependencies,
  drainLane,
  type FoldProcessor,
  openLedger,
  type RecordFate,
} from '../../core/index.ts';
import { dynamodbLanes, type LaneTable, parkedKeys } from '../adapters/lanes-dynamodb.ts';
import { enterDrained } from './enter-fates.ts';
import type { LaneRequest } from './lane-request.ts';
import { hopMetrics, type Metrics } from './metrics.ts';
import { systemClock } from './system-clock.ts';
import { systemIds } from './system-ids.ts';

export interface LaneRequestDependencies<State, Incoming extends CloudEvent> {
  readonly processor: FoldProcessor<State, Incoming>;
  readonly table: LaneTable;
  readonly fold: Pick<DrainDependencies<State>, 'store' | 'limits' | 'quarantine'>;
  /** @default the function's own */
  readonly metrics?: Metrics;
}

/** One call drains for so long; whoever asked asks again. */
const DRAIN_MS = 8000;

/** Does what is asked for, and counts it. @throws Error when the request is none; what `drainLane` throws */
export async function answerLaneRequest<State, Incoming extends CloudEvent>(
  request: LaneRequest,
  { processor, table, fold, metrics = hopMetrics(table.processor) }: LaneRequestDependencies<State, Incoming>,
): Promise<unknown> {
  if ('parked' in request) return parkedKeys(table, request.parked?.cursor);
  const { key, by = 'somebody' } = request.drain ?? {};
  if (typeof key !== 'string' || key === '') throw new Error(`Cannot drain: a key is needed, received '${key}'`);
  const endMs = systemClock.now() + DRAIN_MS;
  const fates: RecordFate[] = [];
  try {
    return await drainLane(
      processor,
      { key, holder: `${by} ${systemIds.ulid()}` },
      {
        ...fold,
        lanes: dynamodbLanes(table),
        clock: systemClock,
        hasTime: () => systemClock.now() < endMs,
        onWritten: written => fates.push(...written),
      },
    );
  } finally {
    if (fates.length > 0) countDrained(metrics, fates); // what is done is done, even when the rest fails
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

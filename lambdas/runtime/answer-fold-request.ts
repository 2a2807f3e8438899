import { type CloudEvent, type DrainDependencies, drainLane, type FoldProcessor } from '../../core/index.ts';
import type { LaneTable } from '../adapters/lanes-dynamodb.ts';
import { answerRequest } from './answer-request.ts';
import { fatesByStates } from './fates-by-states.ts';
import type { Metrics } from './metrics.ts';
import { ports } from './ports.ts';
import type { ProcessorRequest } from './processor-request.ts';

export interface FoldRequestDependencies<State, Incoming extends CloudEvent> {
  readonly processor: FoldProcessor<State, Incoming>;
  readonly table: LaneTable;
  readonly fold: Pick<DrainDependencies<State>, 'store' | 'limits' | 'quarantine'>;
  /** @default the function's own */
  readonly metrics?: Metrics;
}

/** Answers what the function of a fold is asked for besides batches. @throws what `answerRequest` throws */
export function answerFoldRequest<State, Incoming extends CloudEvent>(
  request: ProcessorRequest,
  { processor, table, fold, ...rest }: FoldRequestDependencies<State, Incoming>,
): Promise<unknown> {
  return answerRequest(request, {
    lanes: table,
    drain: (asked, given) => drainLane(processor, asked, { ...fold, ...given }),
    fates: records => fatesByStates(records, { processor, ...fold, lanes: { ...table, ...ports } }),
    ...rest,
  });
}

import {
  type CloudEvent,
  drainGatedLane,
  type FoldStore,
  type Gate,
  type GatedDrain,
  type IdempotencyStore,
  type ProcessorIdentity,
} from '../../core/index.ts';
import { answerRequest } from './answer-request.ts';
import { fatesByRows } from './fates-by-rows.ts';
import { lanesOf } from './idempotent-run.ts';
import { ports } from './ports.ts';
import type { ProcessorRequest } from './processor-request.ts';

export interface GatedRequestDependencies<Incoming extends CloudEvent> {
  readonly definition: Pick<ProcessorIdentity<Incoming, string>, 'name' | 'accepts'>;
  readonly processor: { readonly key: (event: Incoming) => string; readonly rememberMs: number };
  readonly rows: Pick<IdempotencyStore, 'find'>;
  readonly gates: FoldStore<Gate>;
  readonly attempt: GatedDrain<Incoming>['attempt'];
  readonly quarantine: GatedDrain<Incoming>['quarantine'];
}

/**
 * Answers what the function of a processor that remembers events by rows is asked for besides batches.
 * @throws what `answerRequest` throws
 */
export function answerGatedRequest<Incoming extends CloudEvent>(
  request: ProcessorRequest,
  { definition, processor, rows, gates, attempt, quarantine }: GatedRequestDependencies<Incoming>,
): Promise<unknown> {
  const types = new Set(definition.accepts.map(({ type }) => type));
  const accepts = (event: CloudEvent): event is Incoming => types.has(event.type);
  const lanes = lanesOf(definition.name);
  return answerRequest(request, {
    lanes,
    drain: (asked, given) => drainGatedLane(asked, { gates, accepts, attempt, quarantine, ...given }),
    fates: records =>
      fatesByRows(records, {
        ...processor,
        accepts,
        rows,
        lanes: { ...lanes, ...ports },
        nowMs: ports.clock.now(),
      }),
  });
}

/** What a processor that remembers events by rows knows of records of the stream: those rows, and the lanes of parked keys. */
import {
  type CloudEvent,
  type Delivery,
  deliveryOf,
  fateByRows,
  type IdempotencyStore,
  type KnownRecord,
  sightingId,
} from '../../core/index.ts';
import { inLanes, type LaneReader } from '../adapters/lanes-dynamodb.ts';
import type { HeldRecord } from './processor-request.ts';

export interface RowsEvidence<Incoming extends CloudEvent> {
  readonly accepts: (event: CloudEvent) => event is Incoming;
  readonly key: (event: Incoming) => string;
  readonly rows: Pick<IdempotencyStore, 'find'>;
  readonly lanes: LaneReader;
  /** For how long an event is remembered. */
  readonly rememberMs: number;
  readonly nowMs: number;
}

interface Keyed {
  readonly key: string;
  readonly arrivedAtMs: number;
  readonly delivery: Delivery;
}

/** The fate of each record that the processor takes. @throws ThrottledError */
export async function fatesByRows<Incoming extends CloudEvent>(
  records: readonly HeldRecord[],
  { accepts, key, rows, lanes, rememberMs, nowMs }: RowsEvidence<Incoming>,
): Promise<readonly KnownRecord[]> {
  const keyed = records.flatMap(({ arrivedAtMs, ...record }): Keyed[] =>
    accepts(record.event)
      ? [{ key: key(record.event), arrivedAtMs, delivery: deliveryOf({ ...record, arrivedAtMs }) }]
      : [],
  );
  const deliveries = keyed.map(({ delivery }) => delivery);
  const ids = new Set(deliveries.flatMap(delivery => [delivery.id, sightingId(delivery)]));
  const found = ids.size === 0 ? new Map() : await rows.find([...ids]);
  const known = keyed.map(({ delivery, key, arrivedAtMs }): KnownRecord => {
    const row = found.get(delivery.id);
    const isForgotten = !row && arrivedAtMs + rememberMs < nowMs;
    const fate = isForgotten ? 'taken' : fateByRows(delivery, { row, sighting: found.get(sightingId(delivery)) });
    return { sequence: delivery.sequence, key, fate };
  });
  const parked = await inLanes(lanes, known); // counted when they leave, whatever their rows say
  return known.map(each => (parked.has(each.sequence) ? { ...each, fate: 'parked' } : each));
}

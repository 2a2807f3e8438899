/** What any run of a configuration takes at least, without simulating it: what is dearer or slower by that alone is not tried. */
import type { Admission } from './admit-arrivals.ts';
import { LARGEST_PAYLOAD_BYTES, POLL_INTERVAL_MS } from './aws-limits.ts';
import type { Configuration } from './configuration.ts';
import { bytesInEvent } from './event-bytes.ts';
import { expectedDistinct, type KeySpread } from './key-spread.ts';

export interface LeastWork {
  readonly invocations: number;
  readonly billedMs: number;
  /** Write units. */
  readonly units: number;
}

/**
 * As if every batch were as full as it can be: nothing makes fewer invocations, or fewer writes of an event.
 *
 * @param waitMs how long a record may wait, where that is known: no more than what comes in meanwhile can be in a batch
 */
export function leastWork(
  configuration: Configuration,
  admission: Admission,
  { keys, waitMs = Number.POSITIVE_INFINITY }: { readonly keys: KeySpread; readonly waitMs?: number },
): LeastWork {
  const { stream, mapping, function: times, table } = configuration;
  const { accepted, bytes } = admission;
  if (accepted === 0) return { invocations: 0, billedMs: 0, units: 0 };
  const batch = Math.max(
    1,
    Math.min(
      mapping.batchSize,
      Math.floor(LARGEST_PAYLOAD_BYTES / bytesInEvent(bytes / accepted)),
      gathered(configuration, admission, { keys, waitMs }),
    ),
  );
  const invocations = accepted / batch;
  const light = 1 - keys.heavy.reduce((sum, share) => sum + share, 0);
  const keysPerLane = Math.max(1, keys.keys / (stream.shards * mapping.parallelization));
  const distinct = invocations * expectedDistinct(Math.floor(batch * Math.max(0, light)), keysPerLane);
  const writes = table?.writesPer === 'event' ? accepted : distinct;
  return {
    invocations,
    billedMs: invocations * times.perBatchMs + accepted * times.perEventMs + distinct * times.perKeyMs,
    units: table ? writes * table.unitsPerWrite : 0,
  };
}

/** What comes into the busiest lane, at the peak, while a batch is gathered, the one before it runs, and records wait. */
function gathered(
  { stream, mapping, function: times }: Configuration,
  admission: Admission,
  { keys, waitMs }: { readonly keys: KeySpread; readonly waitMs: number },
): number {
  if (waitMs === Number.POSITIVE_INFINITY) return waitMs;
  const lanes = stream.shards * mapping.parallelization;
  const light = 1 - keys.heavy.reduce((sum, share) => sum + share, 0);
  const perMs = (peakPerSecond(admission) * (light / lanes + (keys.heavy[0] ?? 0))) / 1000;
  const slowdown = 1 - perMs * (times.perEventMs + times.perKeyMs);
  if (slowdown <= 0) return Number.POSITIVE_INFINITY;
  return Math.ceil((perMs * (waitMs + mapping.windowMs + POLL_INTERVAL_MS + times.perBatchMs)) / slowdown);
}

function peakPerSecond({ perSecond, resolutionMs }: Admission): number {
  let peak = 0;
  for (const count of perSecond) peak = Math.max(peak, count);
  return (peak * 1000) / Math.max(1000, resolutionMs);
}

/**
 * Whether records must wait longer than they may, by arithmetic alone: over some stretch more comes in than the lanes work off
 * until its last record is due, with full batches and warm functions.
 */
export function cannotKeepUp(
  configuration: Configuration,
  admission: Admission,
  { keys, waitMs }: { readonly keys: KeySpread; readonly waitMs: number },
): boolean {
  if (waitMs === Number.POSITIVE_INFINITY) return false;
  const { stream, mapping, function: of } = configuration;
  const lanes = stream.shards * mapping.parallelization;
  const light = 1 - keys.heavy.reduce((sum, share) => sum + share, 0);
  const lane = lanePerSecond(configuration, keys);
  const busiest = light / lanes + (keys.heavy[0] ?? 0);
  const together = lane * Math.min(lanes, of.concurrency);
  const isLate = (share: number, perSecond: number, inWork: number) =>
    excess(admission.perSecond, share, perSecond) > (perSecond * (waitMs + 1000)) / 1000 + inWork;
  return isLate(busiest, lane, mapping.batchSize) || isLate(1, together, lanes * mapping.batchSize);
}

/** By how much what comes in over a stretch exceeds what is worked off in it, for the stretch where that is most. */
function excess(perSecond: Float64Array, share: number, workedOff: number): number {
  let most = 0;
  let sofar = 0;
  for (const count of perSecond) {
    sofar = Math.max(0, sofar + count * share - workedOff);
    if (sofar > most) most = sofar;
  }
  return most;
}

/** What one lane works off. */
function lanePerSecond({ stream, mapping, function: times }: Configuration, keys: KeySpread): number {
  const { batchSize, parallelization } = mapping;
  const keysPerLane = Math.max(1, keys.keys / (stream.shards * parallelization));
  const { perBatchMs, perEventMs, perKeyMs } = times;
  const light = 1 - keys.heavy.reduce((sum, share) => sum + share, 0);
  const distinct = expectedDistinct(Math.floor(batchSize * Math.max(0, light)), keysPerLane);
  const batchMs = perBatchMs + batchSize * perEventMs + perKeyMs * distinct;
  return batchMs === 0 ? Number.POSITIVE_INFINITY : (batchSize * 1000) / batchMs;
}

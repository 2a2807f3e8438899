/** When how many records of what size come in. */

/** Records that come in evenly over a time. */
export interface Arrival {
  /** From the start of the trace. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly count: number;
  /** Of one record, its key included. */
  readonly sizeBytes: number;
  /** Share of the records that have the hottest key. @default what `KeySpread` says */
  readonly hotShare?: number;
}

export interface ArrivalTrace {
  /** By start. */
  readonly arrivals: readonly Arrival[];
  readonly durationMs: number;
}

/** Records that come in at one instant. */
export interface Slice {
  readonly atMs: number;
  readonly count: number;
  readonly sizeBytes: number;
  readonly hotShare?: number;
}

export interface SlicedTrace {
  readonly slices: readonly Slice[];
  readonly durationMs: number;
  /** How fine the model sees time: what is shorter does not show. */
  readonly resolutionMs: number;
}

const FINEST_MS = 100;

/**
 * Cuts a trace into instants, 100 ms apart, or further where that would be too many. A long trace is seen more coarsely: a
 * day of 36,000 instants is one every 2.4 s.
 */
export function sliceTrace(trace: ArrivalTrace, mostSlices = 36_000): SlicedTrace {
  const resolutionMs = Math.max(FINEST_MS, Math.ceil(trace.durationMs / mostSlices));
  const slices = trace.arrivals.flatMap(arrival => slicesOf(arrival, resolutionMs));
  return { slices: slices.sort((a, b) => a.atMs - b.atMs), durationMs: trace.durationMs, resolutionMs };
}

/** In whole steps of the resolution, so that no step holds the arrivals of two. */
function slicesOf(arrival: Arrival, resolutionMs: number): Slice[] {
  const { startMs, durationMs, count, sizeBytes, hotShare } = arrival;
  const first = Math.floor(startMs / resolutionMs);
  const steps = Math.max(1, Math.ceil((startMs + durationMs) / resolutionMs) - first);
  const slices: Slice[] = [];
  let dealt = 0;
  for (let step = 0; step < steps; step++) {
    const due = Math.floor((count * (step + 1)) / steps);
    const rest = hotShare === undefined ? {} : { hotShare };
    if (due > dealt) slices.push({ atMs: (first + step) * resolutionMs, count: due - dealt, sizeBytes, ...rest });
    dealt = due;
  }
  return slices;
}

/** Records of a trace. */
export function arrivedCount({ arrivals }: ArrivalTrace): number {
  return arrivals.reduce((sum, { count }) => sum + count, 0);
}

/** The stretch of so long in which the most bytes come in, as a trace of its own. */
export function busiestStretch(trace: SlicedTrace, lengthMs: number): SlicedTrace {
  const { slices } = trace;
  const bytesOf = ({ count, sizeBytes }: Slice) => count * sizeBytes;
  let first = 0;
  let bytes = 0;
  let best = { startMs: 0, bytes: -1 };
  for (const slice of slices) {
    bytes += bytesOf(slice);
    for (let old = slices[first]; old && old.atMs <= slice.atMs - lengthMs; old = slices[first]) {
      bytes -= bytesOf(old);
      first++;
    }
    if (bytes > best.bytes) best = { startMs: slices[first]?.atMs ?? 0, bytes };
  }
  const startMs = Math.floor(best.startMs / 1000) * 1000; // polls fall on whole seconds
  const within = slices.filter(({ atMs }) => atMs >= startMs && atMs < startMs + lengthMs);
  return { ...trace, slices: within.map(slice => ({ ...slice, atMs: slice.atMs - startMs })), durationMs: lengthMs };
}

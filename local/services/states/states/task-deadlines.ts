import { pause, untilAborted } from '../execution/abort.ts';
import { timeoutFailure } from '../execution/state-failure.ts';
import type { StateVisit } from '../execution/state-visit.ts';
import type { PendingTask } from '../execution/task-tokens.ts';

/** A number of seconds from a moment on, epoch milliseconds; undefined seconds do not end. */
export interface Allowance {
  readonly seconds: number | undefined;
  readonly sinceMs: number;
}

/**
 * Waits for whoever holds the token, as long as they send heartbeats within the allowance, which begins anew with each.
 * @throws StateFailure (States.Timeout)
 */
export async function completion(visit: StateVisit, pending: PendingTask, allowance: Allowance): Promise<unknown> {
  const { seconds, sinceMs } = allowance;
  if (seconds === undefined) return untilAborted(visit.signal, pending.completed);
  const { clock } = visit.setting.cloud;
  const { promise: silence, reject } = Promise.withResolvers<never>();
  const expire = () => reject(timeoutFailure('States.HeartbeatTimeout'));
  const arm = (fromMs: number) => clock.schedule(fromMs + seconds * 1000 - clock.now(), expire);
  let cancel = arm(Math.max(sinceMs, pending.heartbeatMs() ?? sinceMs));
  pending.onHeartbeat(() => {
    cancel();
    cancel = arm(clock.now());
  });
  try {
    return await untilAborted(visit.signal, Promise.race([pending.completed, silence]));
  } finally {
    cancel();
  }
}

/**
 * Does work that has to be done within the allowance; its signal fires when it is not.
 * @throws StateFailure (States.Timeout)
 */
export async function withinSeconds<Result>(
  visit: StateVisit,
  { seconds, sinceMs }: Allowance,
  start: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (seconds === undefined) return start(visit.signal);
  const { clock } = visit.setting.cloud;
  const leftMs = sinceMs + seconds * 1000 - clock.now();
  if (leftMs < 0) throw timeoutFailure(); // time was up while nobody was there to see it
  const ended = new AbortController();
  const signal = AbortSignal.any([visit.signal, ended.signal]);
  const late = pause(clock, leftMs, signal).then(() => {
    throw timeoutFailure();
  });
  const work = start(signal);
  work.catch(() => {}); // when time is up, nobody hears of it any more
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    ended.abort();
  }
}

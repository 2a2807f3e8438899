import type { Cloud } from '../../cloud/cloud.ts';
import { type Archive, isActive, type Replay } from './archive.ts';
import { type BusEvent, busEvent, eventMembers } from './bus-event.ts';
import type { EventRouter } from './event-router.ts';

/** Events are replayed in the order of their times, a minute of them together. */
const SLICE_MS = 60_000;
/** Between two slices, and before the first. */
const PAUSE_MS = 1_000;

interface Slice {
  /** Since the epoch. */
  readonly minute: number;
  readonly events: readonly BusEvent[];
}

export interface ReplayingOptions {
  readonly router: EventRouter;
  readonly archives: ReadonlyMap<string, Archive>;
  /** A replay has come further. */
  readonly onProgress: (replay: Replay) => void;
}

/**
 * Puts the events of archives on their buses again. A slice and the note that it is done are one: after a restart a replay
 * goes on with the next one, and ends if its archive is gone.
 */
export class Replaying {
  readonly #cloud: Cloud;
  readonly #options: ReplayingOptions;

  constructor(cloud: Cloud, options: ReplayingOptions) {
    this.#cloud = cloud;
    this.#options = options;
  }

  begin(replay: Replay, archive: Archive): void {
    this.#later(replay, slicesOf(replay, archive));
  }

  /** After a restart. */
  resume(replay: Replay): void {
    if (!isActive(replay)) return;
    const archive = this.#options.archives.get(replay.archiveArn.slice(replay.archiveArn.indexOf('/') + 1));
    const isSame = archive !== undefined && archive.createdMs <= replay.startedMs;
    this.#later(replay, isSame ? slicesOf(replay, archive) : []);
  }

  #later(replay: Replay, slices: readonly Slice[]): void {
    this.#cloud.clock.schedule(PAUSE_MS, () => this.#run(replay, slices));
  }

  #run(replay: Replay, [slice, ...others]: readonly Slice[]): void {
    if (replay.state === 'CANCELLING' || !slice) {
      replay.state = replay.state === 'CANCELLING' ? 'CANCELLED' : 'COMPLETED';
      replay.endedMs = this.#cloud.clock.now();
      this.#options.onProgress(replay);
      return;
    }
    replay.state = 'RUNNING';
    const ruleArns = replay.filterArns.length > 0 ? new Set(replay.filterArns) : undefined;
    for (const event of slice.events) {
      const replayed = busEvent({ ...eventMembers(event), replayName: replay.name });
      this.#options.router.route(replay.destinationArn, replayed, ruleArns);
      replay.lastReplayedMs = event.timeMs;
    }
    replay.fromMinute = slice.minute + 1;
    this.#options.onProgress(replay);
    this.#later(replay, others);
  }
}

/** What is left of a replay, in the order of time. */
function slicesOf(replay: Replay, archive: Archive): readonly Slice[] {
  const byMinute = new Map<number, BusEvent[]>();
  for (const event of archive.events.between(replay)) {
    const minute = Math.floor(event.timeMs / SLICE_MS);
    if (minute < replay.fromMinute) continue;
    const slice = byMinute.get(minute);
    if (slice) slice.push(event);
    else byMinute.set(minute, [event]);
  }
  return [...byMinute].sort(([a], [b]) => a - b).map(([minute, events]) => ({ minute, events }));
}

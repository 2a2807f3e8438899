/**
 * Reads one shard for its lanes: at every poll when there is something new, at once while there is more and the lanes have
 * room, and after every batch that is done. A call that the shard's read limits refuse is repeated a little later.
 */
import { seededRandom } from '../../random/seeded-random.ts';
import type { ShardLog } from '../admit-arrivals.ts';
import { POLL_INTERVAL_MS, SHARD_READ } from '../aws-limits.ts';
import type { Cohort } from '../cohort.ts';
import { CohortQueue } from '../cohort.ts';
import { ReadAllowance } from './read-allowance.ts';
import { RecordLane } from './record-lane.ts';
import type { Work } from './work.ts';

/** How many batches per lane are read ahead. AWS does not say; it is what the embedded cloud does. */
const BATCHES_AHEAD = 2;
const LEAST_AHEAD = 100;
const REFUSED_PAUSE_MS = 200;

export interface ShardReaderOptions {
  readonly work: Work;
  /** Among the shards of the stream. */
  readonly index: number;
  readonly log: ShardLog;
  readonly shards: number;
  /** Distinct keys of the shard, besides the heavy ones. */
  readonly lightKeys: number;
}

export class ShardReader {
  readonly #work: Work;
  readonly #unread = new CohortQueue();
  readonly #lanes: readonly RecordLane[];
  /** By heavy key of the shard. */
  readonly #laneOfKey: readonly number[];
  readonly #allowance: ReadAllowance | undefined;
  readonly #random: () => number;
  /** Two sleeps never overlap: a wake-up that is meant for another one says so by its number. */
  #sleep = 0;

  constructor({ work, index, log, shards, lightKeys }: ShardReaderOptions) {
    const { parallelization, readers, fanOut } = work.configuration.mapping;
    this.#work = work;
    this.#laneOfKey = log.heavyKeys.map(key => Math.floor(key / shards) % parallelization);
    this.#lanes = Array.from(
      { length: parallelization },
      (_, lane) =>
        new RecordLane({
          work,
          lightKeys: Math.max(1, lightKeys / parallelization),
          heavyKeys: log.heavyKeys.filter((_, index) => this.#laneOfKey[index] === lane),
          onDone: () => this.#wake(),
        }),
    );
    this.#random = seededRandom(index);
    this.#allowance = fanOut ? undefined : new ReadAllowance(readers);
    for (const cohort of log.cohorts) this.#unread.push(cohort);
    this.#sleepUntilPoll();
  }

  /** Accepted and not done, and since when the oldest of them has been there. */
  backlog(): { readonly records: number; readonly oldestMs: number } {
    const inLanes = this.#lanes.reduce((sum, lane) => sum + lane.waitingCount + (lane.inWork?.records ?? 0), 0);
    const oldest = this.#lanes.map(lane => lane.oldestMs);
    const oldestMs = Math.min(this.#unread.first?.atMs ?? Number.POSITIVE_INFINITY, ...oldest);
    return { records: this.#unread.count + inLanes, oldestMs };
  }

  /** However many batches are done at one instant, it is one wake-up. */
  #wake(): void {
    this.#sleepUntil(this.#work.agenda.nowMs);
  }

  #read(): void {
    const { agenda, record } = this.#work;
    let isRefused = false;
    for (let room = this.#room(); room > 0; room = this.#room()) {
      if (this.#allowance && !this.#allowance.admit(agenda.nowMs)) {
        record.readThrottles++;
        isRefused = true;
        break;
      }
      record.reads++;
      const page = this.#takePage(room);
      if (page.length === 0) break;
      for (const cohort of page) this.#distribute(cohort);
      for (const lane of this.#lanes) lane.proceed();
    }
    if (isRefused)
      this.#sleepUntil(Math.min(agenda.nowMs + REFUSED_PAUSE_MS, nextPollMs(agenda.nowMs, POLL_INTERVAL_MS)));
    else this.#sleepUntilPoll();
  }

  /** Of a shard that has its own consumer, records are pushed and need no poll. */
  #sleepUntilPoll(): void {
    this.#sleep++;
    const next = this.#unread.first;
    if (!next || this.#room() === 0) return;
    const intervalMs = this.#work.configuration.mapping.fanOut ? 1 : POLL_INTERVAL_MS;
    const sinceMs = Math.max(next.atMs, this.#work.agenda.nowMs);
    this.#sleepUntil(nextPollMs(sinceMs, intervalMs));
  }

  #sleepUntil(atMs: number): void {
    const sleep = ++this.#sleep;
    this.#work.agenda.at(atMs, () => {
      if (this.#sleep === sleep) this.#read();
    });
  }

  #room(): number {
    const { batchSize } = this.#work.configuration.mapping;
    const ahead = Math.max(batchSize * BATCHES_AHEAD * this.#lanes.length, LEAST_AHEAD);
    const waiting = this.#lanes.reduce((sum, lane) => sum + lane.waitingCount, 0);
    return Math.min(Math.max(0, ahead - waiting), SHARD_READ.recordsPerCall);
  }

  #takePage(room: number): Cohort[] {
    const { agenda, record } = this.#work;
    let roomBytes: number = SHARD_READ.bytesPerCall;
    let isFirst = true;
    const page = this.#unread.take(room, ({ atMs, count, sizeBytes }) => {
      if (atMs >= agenda.nowMs) return 0; // what is written at this instant is there for the next read
      const fitting = sizeBytes === 0 ? count : Math.max(isFirst ? 1 : 0, Math.floor(roomBytes / sizeBytes));
      isFirst = false;
      roomBytes -= Math.min(count, fitting) * sizeBytes;
      return fitting;
    });
    const bytes = page.reduce((sum, { count, sizeBytes }) => sum + count * sizeBytes, 0);
    this.#allowance?.charge(agenda.nowMs, bytes);
    record.readBytes += bytes;
    return page;
  }

  /** Light keys fall on the lanes as a hash lets them fall, now more on one and now on another; heavy keys on their own. */
  #distribute({ atMs, sizeBytes, count, heavy }: Cohort): void {
    let left = count - heavy.reduce((sum, each) => sum + each, 0);
    for (const [index, lane] of this.#lanes.entries()) {
      const light = this.#drawn(left, this.#lanes.length - index);
      left -= light;
      const own = heavy.length === 0 ? heavy : heavy.filter((_, key) => this.#laneOfKey[key] === index);
      const all = own.reduce((sum, each) => sum + each, light);
      if (all > 0) lane.push({ atMs, sizeBytes, count: all, heavy: own });
    }
  }

  /** How many of so many records fall on the next of so many lanes: about as a binomial distribution says. */
  #drawn(records: number, lanes: number): number {
    if (lanes === 1 || records === 0) return records;
    const mean = records / lanes;
    const deviation = Math.sqrt(mean * (1 - 1 / lanes));
    const normal = 2 * (this.#random() + this.#random() + this.#random() - 1.5);
    return Math.max(0, Math.min(records, Math.round(mean + deviation * normal)));
  }
}

function nextPollMs(afterMs: number, intervalMs: number): number {
  return (Math.floor(afterMs / intervalMs) + 1) * intervalMs;
}

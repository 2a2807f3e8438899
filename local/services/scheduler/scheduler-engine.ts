import type { Cloud } from '../../cloud/cloud.ts';
import type { Cancel } from '../../time/clock.ts';
import { numberMember, textMember } from '../events/request-members.ts';
import { Invocations } from './invocation/invocations.ts';
import { DEFAULT_GROUP, type NextRun, type Schedule, type ScheduleGroup, scheduleKey } from './schedule.ts';
import { nextTime, parseTimes, type ScheduleTimes } from './schedule-times.ts';
import { notFound } from './scheduler-error.ts';
import { keepSchedules, type SchedulerChanges } from './scheduler-journal.ts';

const MINUTE_MS = 60_000;

/**
 * The schedules of one account and region, and the timers that run them.
 *
 * Invariants:
 * 1. A schedule has a timer exactly while it is enabled and has a run ahead.
 * 2. A schedule that is to be deleted after completion is gone once its last run has been invoked.
 * 3. The run that fell due while nobody was there is invoked at once; of a recurring schedule only the first such run is,
 *    the others are left out.
 */
export class SchedulerEngine {
  readonly cloud: Cloud;
  /** By group and name. */
  readonly schedules = new Map<string, Schedule>();
  /** By name. */
  readonly groups = new Map<string, ScheduleGroup>();
  /** To be told of every change to them. */
  readonly changed: SchedulerChanges;
  readonly #invocations: Invocations;
  readonly #timers = new Map<Schedule, Cancel>();

  constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.changed = keepSchedules(cloud.journal, this);
    this.#invocations = new Invocations(cloud);
    if (!this.groups.has(DEFAULT_GROUP)) this.addGroup(DEFAULT_GROUP);
    cloud.journal.onResume(() => this.#resume());
    cloud.onClose(() => {
      for (const cancel of this.#timers.values()) cancel();
      this.#timers.clear();
    });
  }

  addGroup(name: string): ScheduleGroup {
    const now = this.cloud.clock.now();
    const arn = this.cloud.arn('scheduler', `schedule-group/${name}`);
    const group: ScheduleGroup = { name, arn, createdMs: now, modifiedMs: now, tags: new Map() };
    this.groups.set(name, group);
    this.changed.group(name);
    return group;
  }

  /** @throws AwsError ResourceNotFoundException */
  group(name: string): ScheduleGroup {
    const group = this.groups.get(name);
    if (!group) throw notFound(`Schedule group ${name}`);
    return group;
  }

  /** @throws AwsError ResourceNotFoundException */
  schedule(group: string, name: string): Schedule {
    const schedule = this.schedules.get(scheduleKey(group, name));
    if (!schedule) throw notFound(`Schedule ${name}`);
    return schedule;
  }

  /** Makes what a new or changed schedule says take effect. */
  start(schedule: Schedule): void {
    this.#cancel(schedule);
    const { enabled, expression, zone } = schedule.settings;
    const times = enabled ? parseTimes(expression, zone) : undefined;
    schedule.nextRun = times && this.#nextRun(schedule, times, this.cloud.clock.now());
    this.changed.schedule(scheduleKey(schedule.group, schedule.name));
    if (times) this.#await(schedule, times);
  }

  remove(schedule: Schedule): void {
    this.#cancel(schedule);
    const key = scheduleKey(schedule.group, schedule.name);
    this.schedules.delete(key);
    this.changed.schedule(key);
  }

  #resume(): void {
    const nowMs = this.cloud.clock.now();
    for (const schedule of this.schedules.values()) {
      const times = parseTimes(schedule.settings.expression, schedule.settings.zone);
      if (!times || !schedule.nextRun || this.#timers.has(schedule)) continue;
      const wasMissed = schedule.nextRun.invokeMs < nowMs;
      this.#await(schedule, times, wasMissed ? nowMs : schedule.nextRun.dueMs);
    }
    this.#invocations.resume();
  }

  /** @param goOnFromMs what would fall due before is left out. @default nothing is */
  #await(schedule: Schedule, times: ScheduleTimes, goOnFromMs?: number): void {
    const { nextRun } = schedule;
    if (!nextRun) return;
    const { clock } = this.cloud;
    const cancel = clock.schedule(nextRun.invokeMs - clock.now(), () => {
      this.#timers.delete(schedule);
      this.#invocations.start(schedule, nextRun.dueMs);
      schedule.nextRun = this.#nextRun(schedule, times, goOnFromMs ?? nextRun.dueMs);
      this.changed.schedule(scheduleKey(schedule.group, schedule.name));
      if (schedule.settings.deleteAfterCompletion && !schedule.nextRun) this.remove(schedule);
      else this.#await(schedule, times);
    });
    this.#timers.set(schedule, cancel);
  }

  #nextRun(schedule: Schedule, times: ScheduleTimes, afterMs: number): NextRun | undefined {
    const { startMs, endMs } = schedule.settings;
    const dueMs = nextTime(times, { createdMs: schedule.createdMs, startMs, endMs }, afterMs);
    return dueMs === undefined ? undefined : { dueMs, invokeMs: dueMs + this.#shiftMs(schedule) };
  }

  /** A flexible schedule runs at any moment of its window. */
  #shiftMs({ settings }: Schedule): number {
    if (textMember(settings.flexibleTimeWindow, 'Mode') !== 'FLEXIBLE') return 0;
    const minutes = numberMember(settings.flexibleTimeWindow, 'MaximumWindowInMinutes') ?? 0;
    return Math.floor(this.cloud.ids.random() * minutes * MINUTE_MS);
  }

  #cancel(schedule: Schedule): void {
    this.#timers.get(schedule)?.();
    this.#timers.delete(schedule);
  }
}

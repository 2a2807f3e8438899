import type { Cloud } from '../../cloud/cloud.ts';
import type { Cancel } from '../../time/clock.ts';
import { numberMember, textMember } from '../events/request-members.ts';
import { Invocations } from './invocation/invocations.ts';
import { DEFAULT_GROUP, type Schedule, type ScheduleGroup, scheduleKey } from './schedule.ts';
import { nextTime, parseTimes, type ScheduleTimes } from './schedule-times.ts';
import { notFound } from './scheduler-error.ts';

const MINUTE_MS = 60_000;

/**
 * The schedules of one account and region, and the timers that run them.
 *
 * Invariants:
 * 1. A schedule has a timer exactly while it is enabled and has a run ahead.
 * 2. A schedule that is to be deleted after completion is gone once its last run has been invoked.
 */
export class SchedulerEngine {
  readonly cloud: Cloud;
  /** By group and name. */
  readonly schedules = new Map<string, Schedule>();
  /** By name. */
  readonly groups = new Map<string, ScheduleGroup>();
  readonly #invocations: Invocations;
  readonly #timers = new Map<Schedule, Cancel>();

  constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.#invocations = new Invocations(cloud);
    this.addGroup(DEFAULT_GROUP);
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
    const times = parseTimes(expression, zone);
    if (enabled && times) this.#await(schedule, times, this.cloud.clock.now());
  }

  remove(schedule: Schedule): void {
    this.#cancel(schedule);
    this.schedules.delete(scheduleKey(schedule.group, schedule.name));
  }

  #await(schedule: Schedule, times: ScheduleTimes, afterMs: number): void {
    const { startMs, endMs } = schedule.settings;
    const dueMs = nextTime(times, { createdMs: schedule.createdMs, startMs, endMs }, afterMs);
    if (dueMs === undefined) return;
    const { clock } = this.cloud;
    const cancel = clock.schedule(dueMs + this.#shiftMs(schedule) - clock.now(), () => {
      this.#timers.delete(schedule);
      this.#invocations.start(schedule, dueMs);
      this.#await(schedule, times, dueMs);
      if (schedule.settings.deleteAfterCompletion && !this.#timers.has(schedule)) this.remove(schedule);
    });
    this.#timers.set(schedule, cancel);
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

import type { Cloud } from '../../cloud/cloud.ts';
import type { Cancel } from '../../time/clock.ts';
import { busEvent } from './bus-event.ts';
import type { Rule } from './event-bus.ts';
import type { EventRouter } from './event-router.ts';
import { lastRunBefore, nextRun, parseSchedule, type RuleSchedule } from './schedule.ts';

export interface RuleSchedulesOptions {
  readonly router: EventRouter;
  /** A rule has run. */
  readonly onRun: (rule: Rule) => void;
}

/** Runs the rules that have a schedule, as long as they are enabled. What falls due while nobody is there is left out. */
export class RuleSchedules {
  readonly #cloud: Cloud;
  readonly #options: RuleSchedulesOptions;
  readonly #timers = new Map<Rule, Cancel>();

  constructor(cloud: Cloud, options: RuleSchedulesOptions) {
    this.#cloud = cloud;
    this.#options = options;
    cloud.onClose(() => {
      for (const cancel of this.#timers.values()) cancel();
      this.#timers.clear();
    });
  }

  /** Begins, stops or changes the rule's schedule after the rule has changed. */
  update(rule: Rule): void {
    this.stop(rule);
    const schedule = scheduleOf(rule);
    rule.scheduledFromMs = schedule && this.#cloud.clock.now();
    if (schedule) this.#await(rule, schedule);
  }

  /** After a restart: the next run is the one that would have been next. */
  resume(rule: Rule): void {
    const schedule = scheduleOf(rule);
    if (!schedule || this.#timers.has(rule)) return;
    const nowMs = this.#cloud.clock.now();
    rule.scheduledFromMs = lastRunBefore(schedule, { fromMs: rule.scheduledFromMs ?? nowMs, nowMs });
    this.#await(rule, schedule);
  }

  stop(rule: Rule): void {
    this.#timers.get(rule)?.();
    this.#timers.delete(rule);
  }

  #await(rule: Rule, schedule: RuleSchedule): void {
    const nowMs = this.#cloud.clock.now();
    const dueMs = nextRun(schedule, rule.scheduledFromMs ?? nowMs);
    if (dueMs === undefined) return;
    const cancel = this.#cloud.clock.schedule(dueMs - nowMs, () => {
      rule.scheduledFromMs = dueMs;
      this.#options.onRun(rule);
      this.#await(rule, schedule);
      this.#run(rule, dueMs);
    });
    this.#timers.set(rule, cancel);
  }

  #run(rule: Rule, dueMs: number): void {
    const event = busEvent({
      id: this.#cloud.ids.uuid(),
      detailType: 'Scheduled Event',
      source: 'aws.events',
      account: this.#cloud.accountId,
      timeMs: dueMs,
      region: this.#cloud.region,
      resources: [rule.arn],
      detail: '{}',
      ingestedMs: this.#cloud.clock.now(),
    });
    this.#options.router.trigger(rule, event);
  }
}

function scheduleOf({ enabled, scheduleExpression }: Rule): RuleSchedule | undefined {
  return enabled && scheduleExpression !== undefined ? parseSchedule(scheduleExpression) : undefined;
}

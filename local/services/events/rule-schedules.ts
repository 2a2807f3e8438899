import type { Cloud } from '../../cloud/cloud.ts';
import type { Cancel } from '../../time/clock.ts';
import { busEvent } from './bus-event.ts';
import type { Rule } from './event-bus.ts';
import type { EventRouter } from './event-router.ts';
import { nextRun, parseSchedule, type RuleSchedule } from './schedule.ts';

/** Runs the rules that have a schedule, as long as they are enabled. */
export class RuleSchedules {
  readonly #cloud: Cloud;
  readonly #router: EventRouter;
  readonly #timers = new Map<Rule, Cancel>();

  constructor(cloud: Cloud, router: EventRouter) {
    this.#cloud = cloud;
    this.#router = router;
    cloud.onClose(() => {
      for (const cancel of this.#timers.values()) cancel();
      this.#timers.clear();
    });
  }

  /** Begins, stops or changes the rule's schedule after the rule has changed. */
  update(rule: Rule): void {
    this.stop(rule);
    const schedule = rule.scheduleExpression === undefined ? undefined : parseSchedule(rule.scheduleExpression);
    if (schedule && rule.enabled) this.#await(rule, schedule, this.#cloud.clock.now());
  }

  stop(rule: Rule): void {
    this.#timers.get(rule)?.();
    this.#timers.delete(rule);
  }

  #await(rule: Rule, schedule: RuleSchedule, lastMs: number): void {
    const dueMs = nextRun(schedule, lastMs);
    if (dueMs === undefined) return;
    const cancel = this.#cloud.clock.schedule(dueMs - this.#cloud.clock.now(), () => {
      this.#await(rule, schedule, dueMs);
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
    this.#router.trigger(rule, event);
  }
}

/**
 * All alarms: keeps them, evaluates them on the clock, and tells their actions when they change state.
 *
 * Invariants:
 * 1. A metric alarm is evaluated at the end of each minute (each ten seconds if its period is shorter than a minute),
 *    over the periods that end then, so that a long period slides minute by minute.
 * 2. A composite alarm is evaluated whenever another alarm changes its state.
 * 3. Actions are told on a change of state only, and never hold up the evaluation.
 */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import { type MetricQuery, runQueries } from '../metrics/metric-query.ts';
import { MINUTE_MS } from '../metrics/metric-series.ts';
import type { MetricStore } from '../metrics/metric-store.ts';
import type { Alarm, AlarmStatus, CompositeAlarm, MetricAlarm } from './alarm.ts';
import { tellActions } from './alarm-actions.ts';
import { judge } from './alarm-evaluation.ts';

const SHORT_TICK_MS = 10_000;
/** How many periods CloudWatch looks at beyond those that the alarm asks for. */
const EXTRA_PERIODS = 2;
const HISTORY_KEPT = 1000;

export interface AlarmHistoryItem {
  readonly alarm: Alarm;
  readonly atMs: number;
  readonly kind: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  readonly summary: string;
}

export class AlarmBook {
  readonly #cloud: Cloud;
  readonly #store: MetricStore;
  readonly #alarms = new Map<string, Alarm>();
  readonly history: AlarmHistoryItem[] = [];
  #isTicking = false;
  #stop = () => {};

  constructor(cloud: Cloud, store: MetricStore) {
    this.#cloud = cloud;
    this.#store = store;
    cloud.onClose(() => this.#stop());
  }

  get all(): Alarm[] {
    return [...this.#alarms.values()];
  }

  find(name: string): Alarm | undefined {
    return this.#alarms.get(name);
  }

  /** Adds an alarm, or replaces the one of that name, which keeps its state. */
  put(alarm: Alarm): void {
    const previous = this.#alarms.get(alarm.name);
    if (previous) alarm.status = previous.status;
    this.#alarms.set(alarm.name, alarm);
    this.#note(alarm, 'ConfigurationUpdate', `Alarm "${alarm.name}" ${previous ? 'updated' : 'created'}`);
    if (alarm.kind === 'composite') this.#evaluateComposite(alarm);
    this.#start();
  }

  delete(name: string): void {
    this.#alarms.delete(name);
  }

  setState(alarm: Alarm, status: Omit<AlarmStatus, 'sinceMs'>): void {
    const previous = alarm.status;
    if (previous.state === status.state) return;
    alarm.status = { ...status, sinceMs: this.#cloud.clock.now() };
    this.#note(alarm, 'StateUpdate', `Alarm updated from ${previous.state} to ${status.state}`);
    this.#tell(alarm, previous);
    for (const other of this.#alarms.values()) {
      if (other.kind === 'composite' && other !== alarm) this.#evaluateComposite(other);
    }
  }

  #tell(alarm: Alarm, previous: AlarmStatus): void {
    if (!alarm.actionsEnabled) return;
    tellActions(this.#cloud, alarm, previous, (action, error) => {
      const reason = error instanceof AwsError ? `${error.code}: ${error.message}` : String(error);
      const summary =
        error === undefined
          ? `Successfully executed action ${action}`
          : `Failed to execute action ${action}. ${reason}`;
      this.#note(alarm, 'Action', summary);
    });
  }

  #note(alarm: Alarm, kind: AlarmHistoryItem['kind'], summary: string): void {
    this.history.push({ alarm, atMs: this.#cloud.clock.now(), kind, summary });
    if (this.history.length > HISTORY_KEPT) this.history.shift();
  }

  #start(): void {
    if (this.#isTicking || this.#alarms.size === 0) return;
    this.#isTicking = true;
    const hasShort = this.all.some(alarm => alarm.kind === 'metric' && alarm.periodMs < MINUTE_MS);
    const tickMs = hasShort ? SHORT_TICK_MS : MINUTE_MS;
    const now = this.#cloud.clock.now();
    this.#stop = this.#cloud.clock.schedule(tickMs - (now % tickMs), () => this.#tick());
  }

  #tick(): void {
    this.#isTicking = false;
    const nowMs = this.#cloud.clock.now();
    for (const alarm of this.#alarms.values()) {
      if (alarm.kind !== 'metric') continue;
      const everyMs = alarm.periodMs < MINUTE_MS ? SHORT_TICK_MS : MINUTE_MS;
      const endMs = Math.floor(nowMs / everyMs) * everyMs;
      if (nowMs - endMs < SHORT_TICK_MS) this.#evaluateMetric(alarm, endMs);
    }
    this.#start();
  }

  #evaluateMetric(alarm: MetricAlarm, endMs: number): void {
    const periods = alarm.evaluationPeriods + EXTRA_PERIODS;
    const startMs = endMs - periods * alarm.periodMs;
    const points = runQueries(this.#store, alarm.queries, { startMs, endMs }).get(alarm.watchedId);
    const newestFirst = Array.from({ length: periods }, (_, index) =>
      points?.get(endMs - (index + 1) * alarm.periodMs),
    );
    const verdict = judge(alarm, newestFirst);
    if (!verdict) return;
    this.setState(alarm, {
      state: verdict.state,
      reason: verdict.reason,
      reasonData: reasonData(alarm, verdict.datapoints, { startMs, endMs }),
    });
  }

  #evaluateComposite(alarm: CompositeAlarm): void {
    const holds = alarm.holds(name => this.#byNameOrArn(name)?.status.state);
    const state = holds ? 'ALARM' : 'OK';
    this.setState(alarm, { state, reason: `The rule ${alarm.rule} is ${holds}`, reasonData: undefined });
  }

  #byNameOrArn(name: string): Alarm | undefined {
    return this.#alarms.get(name) ?? this.#alarms.get(name.slice(name.lastIndexOf(':alarm:') + ':alarm:'.length));
  }
}

function reasonData(
  alarm: MetricAlarm,
  datapoints: readonly number[],
  window: { startMs: number; endMs: number },
): string {
  const watched: MetricQuery | undefined = alarm.queries.find(query => query.id === alarm.watchedId);
  const time = (ms: number) => new Date(ms).toISOString().replace('Z', '+0000');
  return JSON.stringify({
    version: '1.0',
    queryDate: time(window.endMs),
    startDate: time(window.startMs),
    ...(watched && 'metric' in watched.source ? { statistic: watched.source.statisticName } : {}),
    period: alarm.periodMs / 1000,
    recentDatapoints: datapoints.toReversed(),
    threshold: alarm.threshold,
  });
}

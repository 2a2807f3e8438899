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
import { type ActionUnderWay, AlarmActions } from './alarm-actions.ts';
import { judge } from './alarm-evaluation.ts';
import { AlarmHistory, type AlarmHistoryItem } from './alarm-history.ts';

const SHORT_TICK_MS = 10_000;
/** How many periods CloudWatch looks at beyond those that the alarm asks for. */
const EXTRA_PERIODS = 2;

export class AlarmBook {
  readonly #cloud: Cloud;
  readonly #store: MetricStore;
  readonly #alarms = new Map<string, Alarm>();
  readonly history = new AlarmHistory();
  readonly actions: AlarmActions;
  /** Told of every alarm that came, changed or went. */
  changed: (name: string) => void = () => {};
  /** When alarms were last evaluated on the clock; 0 when they never were. */
  evaluatedMs = 0;
  /** Told that they were. */
  evaluated: () => void = () => {};
  #isTicking = false;
  #stop = () => {};

  constructor(cloud: Cloud, store: MetricStore) {
    this.#cloud = cloud;
    this.#store = store;
    this.actions = new AlarmActions(cloud, ({ alarmName, alarmKind, action }, error) => {
      if (action !== undefined) this.#note({ name: alarmName, kind: alarmKind }, 'Action', summaryOf(action, error));
    });
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
    this.changed(alarm.name);
    this.#note(alarm, 'ConfigurationUpdate', `Alarm "${alarm.name}" ${previous ? 'updated' : 'created'}`);
    if (alarm.kind === 'composite') this.#evaluateComposite(alarm);
    this.#start();
  }

  delete(name: string): void {
    this.#alarms.delete(name);
    this.changed(name);
  }

  /** Takes back an alarm of an earlier process: nobody is told of the state that it has. */
  restore(alarm: Alarm): void {
    this.#alarms.set(alarm.name, alarm);
  }

  /** Carries out what was left undone and makes up for the last evaluation, once everybody is ready. */
  resume(left: readonly ActionUnderWay[]): void {
    this.#cloud.clock.schedule(0, () => {
      this.actions.resume(left);
      if (this.evaluatedMs > 0) this.#evaluateAll(endMs => endMs > this.evaluatedMs);
    });
    this.#start();
  }

  setState(alarm: Alarm, status: Omit<AlarmStatus, 'sinceMs'>): void {
    const previous = alarm.status;
    if (previous.state === status.state) return;
    alarm.status = { ...status, sinceMs: this.#cloud.clock.now() };
    this.changed(alarm.name);
    this.#note(alarm, 'StateUpdate', `Alarm updated from ${previous.state} to ${status.state}`);
    this.actions.tell(alarm, previous);
    for (const other of this.#alarms.values()) {
      if (other.kind === 'composite' && other !== alarm) this.#evaluateComposite(other);
    }
  }

  #note(alarm: Pick<Alarm, 'name' | 'kind'>, kind: AlarmHistoryItem['kind'], summary: string): void {
    const atMs = this.#cloud.clock.now();
    this.history.add({ alarmName: alarm.name, alarmKind: alarm.kind, atMs, kind, summary });
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
    this.#evaluateAll(endMs => nowMs - endMs < SHORT_TICK_MS);
    this.evaluatedMs = nowMs;
    this.evaluated();
    this.#start();
  }

  /** Those whose latest minute (or ten seconds) ended at a time that is to be evaluated. */
  #evaluateAll(isDue: (endMs: number) => boolean): void {
    const nowMs = this.#cloud.clock.now();
    for (const alarm of this.#alarms.values()) {
      if (alarm.kind !== 'metric') continue;
      const everyMs = alarm.periodMs < MINUTE_MS ? SHORT_TICK_MS : MINUTE_MS;
      const endMs = Math.floor(nowMs / everyMs) * everyMs;
      if (isDue(endMs)) this.#evaluateMetric(alarm, endMs);
    }
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

function summaryOf(action: string, error: unknown): string {
  if (error === undefined) return `Successfully executed action ${action}`;
  const reason = error instanceof AwsError ? `${error.code}: ${error.message}` : String(error);
  return `Failed to execute action ${action}. ${reason}`;
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

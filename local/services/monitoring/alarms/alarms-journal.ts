/** What of alarms outlives the process: what they are, their states, their history, and actions until they have ended. */
import type { Cloud } from '../../../cloud/cloud.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { Alarm, AlarmStatus } from './alarm.ts';
import type { ActionUnderWay } from './alarm-actions.ts';
import type { AlarmBook } from './alarm-book.ts';
import type { AlarmHistoryItem } from './alarm-history.ts';
import { readCompositeAlarm, readMetricAlarm } from './put-metric-alarm.ts';

interface StoredAlarm {
  readonly kind: Alarm['kind'];
  /** The request that made it. */
  readonly configuration: JsonObject;
  readonly configuredMs: number;
  readonly status: Omit<AlarmStatus, 'reasonData'> & Partial<AlarmStatus>;
}

/** Connects the book to the journal: what an earlier process left is in it afterwards. */
export function keepAlarms(cloud: Cloud, book: AlarmBook): void {
  const { journal } = cloud;
  if (!journal.durable) return;
  book.changed = journal.keep<StoredAlarm>({
    name: 'monitoring/alarms',
    keys: () => book.all.map(({ name }) => name),
    read: name => {
      const alarm = book.find(name);
      if (!alarm) return undefined;
      const { kind, configuration, configuredMs, status } = alarm;
      return { kind, configuration, configuredMs, status };
    },
    restore: (_, { kind, configuration, configuredMs, status }) => {
      const read = kind === 'metric' ? readMetricAlarm : readCompositeAlarm;
      const alarm = read(cloud, configuration, configuredMs);
      alarm.status = { ...status, reasonData: status.reasonData };
      book.restore(alarm);
    },
  });
  const { history, actions } = book;
  const item = journal.keep<AlarmHistoryItem>({
    name: 'monitoring/alarm-history',
    keys: () => history.items.map(({ number }) => String(number)),
    read: number => history.find(Number(number)),
    restore: (_, stored) => history.restore(stored),
  });
  history.added = number => item(String(number));
  const action = journal.keep<ActionUnderWay>({
    name: 'monitoring/alarm-actions',
    keys: () => [...actions.underWay.keys()].map(String),
    read: number => actions.underWay.get(Number(number)),
    restore: (_, stored) => actions.restore(stored),
  });
  actions.changed = number => action(String(number));
  const evaluation = journal.keep<number>({
    name: 'monitoring/last-evaluation',
    keys: () => ['time'],
    read: () => book.evaluatedMs,
    restore: (_, atMs) => {
      book.evaluatedMs = atMs;
    },
  });
  book.evaluated = () => evaluation('time');
  const left = [...actions.underWay.values()];
  journal.onResume(() => book.resume(left));
}

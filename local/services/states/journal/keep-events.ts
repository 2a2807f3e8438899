import type { HistoryEvent } from '../execution/execution-history.ts';
import type { StatesEngine } from '../states-engine.ts';
import { keyOf, splitKey } from './record-key.ts';

/** Keeps the histories of Standard executions, event by event. */
export function keepEvents({ cloud, executions }: StatesEngine) {
  const touch = cloud.journal.keep<HistoryEvent>({
    name: 'states/events',
    *keys() {
      for (const { arn, history } of executions.values()) for (const { id } of history.events) yield keyOf(arn, id);
    },
    read: key => {
      const { arn, rest } = splitKey(key);
      return executions.get(arn)?.history.events[Number(rest) - 1];
    },
    restore: (key, event) => executions.get(splitKey(key).arn)?.history.restore(event),
  });
  return (arn: string, eventId: number) => {
    if (executions.get(arn)?.type === 'STANDARD') touch(keyOf(arn, eventId));
  };
}

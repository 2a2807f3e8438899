/** Schedules and their groups, as the journal keeps them. */
import type { Journal } from '../../cloud/journal.ts';
import type { Schedule, ScheduleGroup } from './schedule.ts';

export interface SchedulerState {
  /** By group and name. */
  readonly schedules: Map<string, Schedule>;
  /** By name. */
  readonly groups: Map<string, ScheduleGroup>;
}

/** To be told of everything that is put, changed or deleted, by its key. */
export interface SchedulerChanges {
  readonly schedule: (key: string) => void;
  readonly group: (name: string) => void;
}

type StoredGroup = Omit<ScheduleGroup, 'tags'> & { readonly tags: readonly (readonly [string, string])[] };

/** Takes back what is there into the maps, and keeps them from now on. */
export function keepSchedules(journal: Journal, { schedules, groups }: SchedulerState): SchedulerChanges {
  const group = journal.keep<StoredGroup>({
    name: 'scheduler/groups',
    keys: () => groups.keys(),
    read: name => {
      const kept = groups.get(name);
      return kept && { ...kept, tags: [...kept.tags] };
    },
    restore: (name, stored) => groups.set(name, { ...stored, tags: new Map(stored.tags) }),
  });
  const schedule = journal.keep<Schedule>({
    name: 'scheduler/schedules',
    keys: () => schedules.keys(),
    read: key => schedules.get(key),
    restore: (key, stored) => schedules.set(key, stored),
  });
  return { schedule, group };
}

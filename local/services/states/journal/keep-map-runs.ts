import type { ChildWork, MapRun, MapRunChanges } from '../execution/map-runs.ts';
import type { StatesEngine } from '../states-engine.ts';
import { keyOf, splitKey } from './record-key.ts';

type StoredMapRun = Omit<MapRun, 'waiting' | 'children'>;

/** Keeps Map runs, and one by one what their children wait for that have not been started; children are executions. */
export function keepMapRuns({ cloud, mapRuns }: StatesEngine): MapRunChanges {
  const run = cloud.journal.keep<StoredMapRun>({
    name: 'states/map-runs',
    *keys() {
      for (const { arn } of mapRuns.all()) yield arn;
    },
    read: arn => {
      const known = mapRuns.get(arn);
      if (!known) return undefined;
      const { waiting: _waiting, children: _children, ...stored } = known;
      return stored;
    },
    restore: (_, stored) => mapRuns.add({ ...stored, waiting: [], children: [] }),
  });
  const waiting = cloud.journal.keep<ChildWork>({
    name: 'states/map-children',
    *keys() {
      for (const { arn, waiting } of mapRuns.all()) {
        for (const [index, work] of waiting.entries()) if (work) yield keyOf(arn, index);
      }
    },
    read: key => {
      const { arn, rest } = splitKey(key);
      return mapRuns.get(arn)?.waiting[Number(rest)];
    },
    restore: (key, work) => {
      const { arn, rest } = splitKey(key);
      const known = mapRuns.get(arn);
      if (known) known.waiting[Number(rest)] = work;
    },
  });
  return { run, waiting: (arn, index) => waiting(keyOf(arn, index)) };
}

/**
 * What of metrics outlives the process: each metric's name, and its samples minute by minute (second by second for those
 * of high resolution). What is too old to be asked for is not written off; it is forgotten again when it comes back.
 */
import type { Cloud } from '../../../cloud/cloud.ts';
import type { MetricIdentity, Resolution } from './metric-series.ts';
import type { MetricStore } from './metric-store.ts';
import type { StoredSamples } from './samples.ts';

interface StoredSeries extends MetricIdentity {
  readonly unit: string;
}

/** Connects the store to the journal: what an earlier process left is in it afterwards. */
export function keepMetrics({ journal }: Cloud, store: MetricStore): void {
  if (!journal.durable) return;
  const series = journal.keep<StoredSeries>({
    name: 'monitoring/metrics',
    keys: () => [...store.all].map(({ number }) => String(number)),
    read: number => {
      const found = store.numbered(Number(number));
      return found && { ...found.identity, unit: found.unit };
    },
    restore: (number, { unit, ...identity }) => {
      store.restore(identity, { unit, number: Number(number) });
    },
  });
  const samples = journal.keep<StoredSamples>({
    name: 'monitoring/samples',
    *keys() {
      for (const found of store.all)
        for (const [resolution, startMs] of found.buckets()) yield `${found.number}/${resolution}/${startMs}`;
    },
    read: key => {
      const { number, resolution, startMs } = split(key);
      return store.numbered(number)?.samplesAt(resolution, startMs)?.stored();
    },
    restore: (key, stored) => {
      const { number, resolution, startMs } = split(key);
      store.numbered(number)?.restore(resolution, startMs, stored);
    },
  });
  for (const found of store.all) found.forgetOld();
  store.changes = {
    series: number => series(String(number)),
    samples: (number, resolution, startMs) => samples(`${number}/${resolution}/${startMs}`),
  };
}

function split(key: string): { number: number; resolution: Resolution; startMs: number } {
  const [number, resolution, startMs] = key.split('/');
  return { number: Number(number), resolution: resolution === 's' ? 's' : 'm', startMs: Number(startMs) };
}

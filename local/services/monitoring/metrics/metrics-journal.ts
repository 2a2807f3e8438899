/**
 * What of metrics outlives the process: each metric's name, and its samples minute by minute (second by second for those
 * of high resolution). What comes is written as notes, of a few values each; the samples of a minute as a whole only
 * stand in snapshots, with the number of the last note that they include. What is too old to be asked for is not written
 * off; it is forgotten again when it comes back.
 */
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Touch } from '../../../cloud/journal.ts';
import type { MetricIdentity } from './metric-series.ts';
import type { MetricStore } from './metric-store.ts';
import { type Addition, replay, SampleNotes } from './sample-notes.ts';
import type { StoredSamples } from './samples.ts';

interface StoredSeries extends MetricIdentity {
  readonly unit: string;
}

interface StoredBucket extends StoredSamples {
  /** The last note that is included. */
  readonly note: number;
}

/** Connects the store to the journal: what an earlier process left is in it afterwards. */
export function keepMetrics(cloud: Cloud, store: MetricStore): void {
  if (!cloud.journal.durable) return;
  const notes = new SampleNotes();
  const series = keepSeries(cloud, store);
  const included = keepSamples(cloud, store, notes);
  const note = keepNotes(cloud, store, { notes, included });
  for (const found of store.all) found.forgetOld();
  store.changes = {
    series: number => series(String(number)),
    samples: (number, resolution, startMs, add) => {
      const bucket = `${number}/${resolution}/${startMs}`;
      note(`${bucket}/${notes.note(bucket, add)}`);
    },
  };
}

function keepSeries({ journal }: Cloud, store: MetricStore): Touch {
  return journal.keep<StoredSeries>({
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
}

/** @returns by bucket, the last note that is included in what came back */
function keepSamples({ journal }: Cloud, store: MetricStore, notes: SampleNotes): ReadonlyMap<string, number> {
  const included = new Map<string, number>();
  journal.keep<StoredBucket>({
    name: 'monitoring/samples',
    *keys() {
      for (const found of store.all)
        for (const [resolution, startMs] of found.buckets()) yield `${found.number}/${resolution}/${startMs}`;
    },
    read: key => {
      const { number, resolution, startMs } = split(key);
      const samples = store.numbered(number)?.samplesAt(resolution, startMs);
      return samples && { ...samples.stored(), note: notes.seal(key) };
    },
    restore: (key, { note, ...stored }) => {
      const { number, resolution, startMs } = split(key);
      store.numbered(number)?.restore(resolution, startMs, stored);
      included.set(key, note);
      notes.startAfter(note);
    },
  });
  return included;
}

/** A snapshot does without notes: they are all included in the samples. */
function keepNotes(
  { journal }: Cloud,
  store: MetricStore,
  { notes, included }: { notes: SampleNotes; included: ReadonlyMap<string, number> },
): Touch {
  return journal.keep<readonly Addition[]>({
    name: 'monitoring/notes',
    keys: () => [],
    read: key => notes.take(split(key).note),
    restore: (key, additions) => {
      const { bucket, number, resolution, startMs, note } = split(key);
      notes.startAfter(note);
      if (note <= (included.get(bucket) ?? 0)) return;
      store.numbered(number)?.replay(resolution, startMs, samples => replay(additions, samples));
    },
  });
}

/** `<series>/<m or s>/<start>`, and for a note `/<number>`. */
function split(key: string) {
  const [number, resolution, startMs, note] = key.split('/');
  return {
    bucket: `${number}/${resolution}/${startMs}`,
    number: Number(number),
    resolution: resolution === 's' ? ('s' as const) : ('m' as const),
    startMs: Number(startMs),
    note: Number(note),
  };
}

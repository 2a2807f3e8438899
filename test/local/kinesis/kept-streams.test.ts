import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Journal, JournalPart } from '../../../local/cloud/journal.ts';
import { keepStreams } from '../../../local/services/kinesis/kept-streams.ts';
import { appendRecord, nextOrdinal, recordAt, type Shard, trimRecords } from '../../../local/services/kinesis/shard.ts';
import { createStream, type Stream } from '../../../local/services/kinesis/stream.ts';

type Stored = Map<string, Map<string, string>>;

/** A journal in a map, whose snapshot can be taken step by step; `stored` is what an earlier process left. */
function steppedJournal(stored: Stored = new Map()) {
  const parts: JournalPart<unknown>[] = [];
  const written: Stored = new Map();
  const write = (part: JournalPart<unknown>, key: string, into: Stored) => {
    const records = into.get(part.name) ?? new Map<string, string>();
    into.set(part.name, records);
    const record = part.read(key);
    if (record === undefined) records.delete(key);
    else records.set(key, JSON.stringify(record));
  };
  const journal: Journal = {
    durable: true,
    keep: part => {
      const known = part as JournalPart<unknown>; // it gets back what it gave
      parts.push(known);
      for (const [key, record] of stored.get(part.name) ?? []) known.restore(key, JSON.parse(record));
      return key => write(known, key, written);
    },
    onResume: () => {},
    settled: () => undefined,
  };
  /** Forgets what was written, and takes down everything a record at a time, `between` each two; then comes what is written. */
  function snapshot(between: () => void): Stored {
    written.clear();
    const taken: Stored = new Map();
    for (const part of parts) {
      between();
      for (const key of [...part.keys()]) {
        write(part, key, taken);
        between();
      }
    }
    for (const [name, records] of written) {
      const under = taken.get(name) ?? new Map<string, string>();
      taken.set(name, under);
      for (const [key, record] of records) under.set(key, record);
    }
    return taken;
  }
  return { journal, snapshot };
}

function oneShard(streams: Map<string, Stream>): { stream: Stream; shard: Shard } {
  const stream = streams.get('events');
  const shard = stream?.open[0];
  if (!stream || !shard) throw new Error('the stream has gone');
  return { stream, shard };
}

test('a shard comes back as it was, however much of it is trimmed and put while a snapshot is taken', () => {
  const action = fc.record({
    kind: fc.constantFrom('put', 'trim', 'trim all', 'nothing', 'nothing'),
    count: fc.nat(5),
  });
  fc.assert(
    fc.property(fc.nat(12), fc.array(action, { maxLength: 40 }), (records, actions) => {
      const streams = new Map<string, Stream>();
      const { journal, snapshot } = steppedJournal();
      const kept = keepStreams(journal, streams);
      const creation = {
        number: 1,
        arn: 'arn',
        nowMs: 0,
        mode: 'PROVISIONED',
        shardCount: 1,
        maxRecordBytes: 9,
      } as const;
      streams.set('events', createStream({ name: 'events', ...creation }));
      const { stream, shard } = oneShard(streams);
      let nowMs = 1;
      const put = () => {
        const record = { partitionKey: 'k', data: '', dataBytes: 0, arrivalMs: nowMs++ };
        kept.record(stream, shard, appendRecord(shard, record));
      };
      kept.stream(stream);
      kept.shards(stream, [shard]);
      for (let i = 0; i < records; i++) put();

      const taken = snapshot(() => {
        const { kind, count = 0 } = actions.shift() ?? {};
        if (kind === 'put') for (let i = 0; i < count; i++) put();
        if (kind === 'trim') trimRecords(shard, (recordAt(shard, shard.firstOrdinal)?.arrivalMs ?? 0) + count);
        if (kind === 'trim all') trimRecords(shard, nowMs);
      });
      const recovered = new Map<string, Stream>();
      keepStreams(steppedJournal(taken).journal, recovered);
      const { shard: again } = oneShard(recovered);

      expect(nextOrdinal(again)).toBe(nextOrdinal(shard));
      // what had been trimmed may be back, until it is seen to have expired; what had not been is there
      expect(again.firstOrdinal).toBeLessThanOrEqual(shard.firstOrdinal);
      for (let ordinal = shard.firstOrdinal; ordinal < nextOrdinal(shard); ordinal++)
        expect(recordAt(again, ordinal)).toEqual(recordAt(shard, ordinal));
      for (let ordinal = again.firstOrdinal; ordinal < nextOrdinal(again); ordinal++)
        expect(recordAt(again, ordinal)?.arrivalMs).toBe(ordinal);
    }),
    { numRuns: 500 },
  );
});

import { describe, expect, it } from 'vitest';
import {
  type LedgerOutcome,
  ledgerBook,
  newUlid,
  openLedger,
  parseLedgerEntry,
  seededRandom,
} from '../../../core/index.ts';
import type { RangedRecord } from '../../../lambdas/adapters/stream-range-kinesis.ts';
import { type ReconcileDependencies, reconcile } from '../../../lambdas/reconciler/reconcile.ts';
import { emfLines } from '../../../lambdas/runtime/metrics.ts';

const AT_MS = Date.parse('2026-11-21T10:00:30Z');
const MINUTE_MS = 60_000;
const random = seededRandom(11);
const [first = '', second = ''] = [0, 1].map(i => newUlid(AT_MS + i, random));
const PURCHASE = 'behaviour.purchase.made.v1';
const VIEW = 'behaviour.page.viewed.v1';
const range = { fromMs: AT_MS - 10 * MINUTE_MS, toMs: AT_MS + MINUTE_MS, settledAtMs: AT_MS + MINUTE_MS };

type Counted = readonly [hop: string, outcome: LedgerOutcome, type: string, ids: readonly string[]];

function dependencies(
  counted: readonly Counted[],
  changes: Partial<ReconcileDependencies> = {},
): ReconcileDependencies {
  const book = ledgerBook();
  for (const [hop, outcome, type, ids] of counted) {
    const ledger = openLedger();
    for (const id of ids) ledger.count(outcome, { type, id, shard: type === PURCHASE ? '-' : '0', atMs: AT_MS });
    for (const text of ledger.entries()) {
      const entry = parseLedgerEntry(text);
      if (entry) book.add(hop, entry);
    }
  }
  return {
    topology: {
      collector: 'collector',
      drainer: 'overflow-drainer',
      publisher: 'outbox-publisher',
      overflowQueue: 'overflow.fifo',
      outboxes: ['profiles'],
      processors: [{ hop: 'fold', types: [VIEW], functionName: 'fold', failures: 'fold-failures' }],
      consumers: [{ hop: 'sales', types: [PURCHASE], queue: 'sales' }],
    },
    readLedger: async () => ({ book, completeSinceMs: 0 }),
    readRange: async () => [],
    fates: async () => new Map(),
    writtenFacts: async () => [],
    queueDepth: async () => 0,
    ...changes,
  };
}

const unsold: readonly Counted[] = [
  ['outbox-publisher', 'published', PURCHASE, [first, second]],
  ['sales', 'consumed', PURCHASE, [second]],
];

describe('reconcile', () => {
  it('asks for no evidence while the counts agree', async () => {
    const never = async () => {
      throw new Error('asked for evidence');
    };
    const asked = { readRange: never, fates: never, writtenFacts: never, queueDepth: never };
    const counted: readonly Counted[] = [
      ['collector', 'accepted', VIEW, [first]],
      ['fold', 'applied', VIEW, [first]],
    ];
    const report = await reconcile(range, dependencies(counted, asked));
    expect(report).toMatchObject({ unexplainedCount: 0, hops: { collector: { accepted: 1 }, fold: { applied: 1 } } });
  });

  it('names a fact that nobody consumed, and nobody has in a queue', async () => {
    const { unexplained } = await reconcile(range, dependencies(unsold));
    expect(unexplained).toMatchObject([{ status: 'lost', hop: 'sales', id: first }]);
  });

  it.each(['sales', 'sales-dlq'])('explains it while the queue %s holds as many', async queue => {
    const queueDepth = async (name: string) => (name === queue ? 1 : 0);
    const { unexplainedCount, explained } = await reconcile(range, dependencies(unsold, { queueDepth }));
    expect(unexplainedCount).toBe(0);
    expect(explained).toMatchObject([{ status: 'waiting', id: first }]);
  });

  it('looks at nothing that lies before what the logs still hold', async () => {
    const { book } = await dependencies(unsold).readLedger(0);
    const readLedger = async () => ({ book, completeSinceMs: AT_MS + 1 });
    const report = await reconcile(range, dependencies(unsold, { readLedger }));
    expect(report).toMatchObject({ unexplainedCount: 0, from: '2026-11-21T10:01:00.000Z' });
  });

  it('finds in the queue of failures what was given up, by name', async () => {
    const counted: readonly Counted[] = [['collector', 'accepted', VIEW, [first]]];
    const event = { id: first, type: VIEW, subject: 'visitor', ingestedtime: new Date(AT_MS).toISOString() };
    const record = { sequence: '7', arrivedAtMs: AT_MS, event } as RangedRecord; // what is read of it
    const evidence = {
      readRange: async () => [record],
      fates: async () => new Map([['7', { key: 'account', fate: 'waiting' as const }]]),
    };
    const rest = { ...range, settledAtMs: Number.POSITIVE_INFINITY };
    const queueDepth = async (name: string) => (name === 'fold-failures' ? 1 : 0);
    const named = { status: 'waiting', id: first, key: 'account', sequence: '7' };
    const lost = await reconcile(rest, dependencies(counted, evidence));
    expect(lost.unexplained).toMatchObject([{ ...named, lastSeen: 'stream' }]);
    const given = await reconcile(rest, dependencies(counted, { ...evidence, queueDepth }));
    expect(given).toMatchObject({ unexplained: [], explained: [{ ...named, lastSeen: 'fold-failures' }] });
  });

  it('names a record that the stream never held', async () => {
    const counted: readonly Counted[] = [['collector', 'accepted', VIEW, [first]]];
    const { unexplained } = await reconcile(range, dependencies(counted));
    expect(unexplained).toMatchObject([{ status: 'lost', hop: 'fold', id: first, shard: '0' }]);
  });
});

it('emfLines writes the ledger into the first line only, as a property and not as a metric', () => {
  const latencies = Array.from({ length: 150 }, (_, i) => i);
  const lines = emfLines({ hop: 'fold' }, AT_MS, { EffectLatency: latencies }, ['x']).map(line => JSON.parse(line));
  expect(lines.map(({ Ledger }) => Ledger)).toEqual([['x'], undefined]);
  expect(JSON.stringify(lines[0]._aws)).not.toContain('Ledger');
});

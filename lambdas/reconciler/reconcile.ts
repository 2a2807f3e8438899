/**
 * Compares what the hops counted, and looks for the reason wherever they differ.
 *
 * 1. The counts are compared first: that costs the reading of the logs, and nothing else while they agree.
 * 2. Where they do not, the evidence is read: the records of that shard and minute, and what is kept about each.
 * 3. What the evidence does not explain is unexplained, by event id where the sums give it away.
 */
import {
  auditFacts,
  auditOverflow,
  type Difference,
  type Finding,
  findDifferences,
  type LedgerOutcome,
  ledgerMinute,
  type Uncounted,
} from '../../core/index.ts';
import type { LedgerLines } from '../adapters/ledger-lines-logs.ts';
import type { WrittenFact } from '../adapters/outbox-changes-dynamodb.ts';
import type { RangedRecord } from '../adapters/stream-range-kinesis.ts';
import { type RecordFates, recordsAudit } from './records-audit.ts';
import type { Topology } from './topology.ts';

export interface ReconcileRange {
  /** Events that were accepted, and facts that were written, from this minute on; epoch ms. */
  readonly fromMs: number;
  /** And before this moment. */
  readonly toMs: number;
  /** What is older and still waits should not wait any more; epoch ms. */
  readonly settledAtMs: number;
}

export interface ReconcileDependencies {
  readonly topology: Topology;
  readonly readLedger: (fromMs: number) => Promise<LedgerLines>;
  readonly readRange: (range: {
    shard: string;
    fromMs: number;
    untilMs: number;
  }) => Promise<RangedRecord[] | undefined>;
  readonly fates: RecordFates;
  /** The facts that were written in the last 24 hours. */
  readonly writtenFacts: () => Promise<readonly WrittenFact[]>;
  readonly queueDepth: (queueName: string) => Promise<number>;
}

export interface ReconcileReport {
  readonly from: string;
  readonly to: string;
  /** What each hop counted. */
  readonly hops: Readonly<Record<string, Partial<Record<LedgerOutcome, number>>>>;
  readonly explained: readonly Finding[];
  readonly unexplained: readonly Finding[];
  /** Events that `unexplained` is about. */
  readonly unexplainedCount: number;
  /** Done and not counted. */
  readonly uncounted: Uncounted;
}

const MINUTE_MS = 60_000;
/** Lines are written after what they are about; clocks differ a little. */
const LINES_BEFORE_MS = MINUTE_MS;

export async function reconcile(range: ReconcileRange, dependencies: ReconcileDependencies): Promise<ReconcileReport> {
  const { topology, readLedger } = dependencies;
  const { book, completeSinceMs } = await readLedger(range.fromMs - LINES_BEFORE_MS);
  const fromMs = Math.max(range.fromMs, Math.ceil(completeSinceMs / MINUTE_MS) * MINUTE_MS);
  const first = ledgerMinute(fromMs);
  const isInside = (minute: number) => minute >= first && minute * MINUTE_MS < range.toMs;
  const { overflow, processors, consumers } = findDifferences(book, topology, isInside);
  const records = await recordsAudit(processors, { ...dependencies, settledAtMs: range.settledAtMs });
  const findings = [
    ...(await explainWaiting(records.findings, failuresOf(topology), dependencies)),
    ...(await explainWaiting(
      overflow.flatMap(auditOverflow),
      () => withDeadLetters(topology.overflowQueue),
      dependencies,
    )),
    ...(await explainWaiting(await factsAudit(consumers, dependencies), queuesOf(topology), dependencies)),
  ];
  const unexplained = findings.filter(({ explained }) => !explained);
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(range.toMs).toISOString(),
    hops: Object.fromEntries(book.hops().map(hop => [hop, book.totals(hop)])),
    explained: findings.filter(({ explained }) => explained),
    unexplained,
    unexplainedCount: unexplained.reduce((sum, { count }) => sum + count, 0),
    uncounted: records.uncounted,
  };
}

/** Once a consumer and the publisher differ, the tables say what was really written: the publisher's lines may be missing. */
async function factsAudit(
  differences: readonly Difference[],
  { writtenFacts }: ReconcileDependencies,
): Promise<Finding[]> {
  if (differences.length === 0) return [];
  const written = await writtenFacts();
  return differences.flatMap(difference => {
    const { type, minute } = difference;
    const ids = written.filter(fact => fact.type === type && ledgerMinute(fact.writtenAtMs) === minute);
    return auditFacts(difference, ids.length === 0 ? undefined : ids.map(({ id }) => id));
  });
}

/** Queues that may hold what a hop has not dealt with. */
type QueuesOf = (hop: string) => readonly string[];

function queuesOf({ consumers }: Topology): QueuesOf {
  return hop => withDeadLetters(consumers.find(consumer => consumer.hop === hop)?.queue ?? '');
}

/** What a processor was given again and again in vain lies in a queue of its own. */
function failuresOf({ processors }: Topology): QueuesOf {
  return hop => processors.flatMap(processor => (processor.hop === hop ? [processor.failures] : []));
}

function withDeadLetters(queue: string): readonly string[] {
  return [queue, queue.replace(/(\.fifo)?$/, '-dlq$1')];
}

/** What has not arrived may wait in the queue in front of the hop, or lie in its dead-letter queue: as many as these hold. */
async function explainWaiting(
  findings: readonly Finding[],
  queuesOfHop: QueuesOf,
  { queueDepth }: ReconcileDependencies,
): Promise<Finding[]> {
  const explained: Finding[] = [];
  for (const [hop, ofHop] of Map.groupBy(findings, ({ hop }) => hop)) {
    const queues = ofHop.some(hasNotArrived) ? queuesOfHop(hop) : [];
    const depths = await Promise.all(queues.map(queueDepth));
    let held = depths.reduce((sum, depth) => sum + depth, 0);
    for (const finding of ofHop) {
      const waits = hasNotArrived(finding) && held >= finding.count;
      if (waits) held -= finding.count;
      const where = { status: 'waiting', explained: true, lastSeen: queues.join(' or ') } as const;
      explained.push(waits ? { ...finding, ...where } : finding);
    }
  }
  return explained;
}

function hasNotArrived({ status, explained }: Finding): boolean {
  return status === 'lost' || (status === 'waiting' && !explained);
}

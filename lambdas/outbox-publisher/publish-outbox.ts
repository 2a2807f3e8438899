import {
  type CloudEvent,
  type Ledger,
  messageOf,
  NO_SHARD,
  openLedger,
  type Publisher,
  type PublishOutcome,
} from '../../core/index.ts';
import type { ClaimCheck } from '../adapters/claim-check-s3.ts';
import type { OutboxRecord } from './read-outbox.ts';

export interface PublishReport {
  readonly published: number;
  /** Facts that are neither on the bus nor kept aside: they are delivered again. */
  readonly failed: number;
  /** Entries that will never be on the bus, and were kept aside for a person. */
  readonly unpublishable: number;
  readonly claimChecked: number;
  /** Names of records whose facts are not all on the bus or kept aside. */
  readonly failedRecords: readonly string[];
  /** When the oldest of the records that carry facts was written, epoch ms; absent when none does. */
  readonly oldestWrittenAtMs: number | undefined;
  readonly reasons: readonly string[];
  readonly ledger: Ledger;
}

/** An entry of an outbox that the bus cannot take, and why. */
interface Unpublishable {
  readonly id: string;
  readonly name: string;
  readonly received: unknown;
  readonly reason: string;
}

/**
 * Publishes the facts of a batch of stream records. A record counts as done when all its facts are on the bus, or kept
 * aside because the bus will never take them; the stream delivers again from the first one that is not, and what was
 * published by then is published twice, under the same ids.
 */
export async function publishOutbox(
  records: readonly OutboxRecord[],
  publisher: Publisher,
  claimCheck: ClaimCheck,
): Promise<PublishReport> {
  const facts = records.flatMap(({ name, events, writtenAtMs }) =>
    events.map((event): PendingFact => ({ name, event, writtenAtMs })),
  );
  const outcomes: readonly PublishOutcome[] = facts.length > 0 ? await publisher.publish(facts) : [];
  const aside = [...unreadable(records), ...refusedFacts(facts, outcomes)];
  const lost = await keepAside(aside, claimCheck);
  const failed = facts.flatMap(({ name }, index) => {
    const outcome = outcomes[index] ?? { status: 'failed', code: 'NoResult' };
    return outcome.status === 'failed' ? [{ name, code: outcome.code }] : [];
  });
  return {
    published: outcomes.filter(outcome => outcome.status === 'published').length,
    failed: failed.length + lost.length,
    unpublishable: aside.length - lost.length,
    claimChecked: outcomes.filter(outcome => outcome.status === 'published' && outcome.claimChecked).length,
    failedRecords: [...new Set([...failed, ...lost].map(({ name }) => name))],
    oldestWrittenAtMs: oldest(records),
    reasons: [...new Set([...[...failed, ...lost].map(({ code }) => code), ...aside.map(({ reason }) => reason)])],
    ledger: publishedFacts(facts, outcomes),
  };
}

function publishedFacts(facts: readonly PendingFact[], outcomes: readonly PublishOutcome[]): Ledger {
  const ledger = openLedger();
  for (const [index, { event, writtenAtMs = 0 }] of facts.entries()) {
    if (outcomes[index]?.status !== 'published') continue;
    ledger.count('published', { type: event.type, id: event.id, shard: NO_SHARD, atMs: writtenAtMs });
  }
  return ledger;
}

function oldest(records: readonly OutboxRecord[]): number | undefined {
  const withFacts = records.filter(({ events }) => events.length > 0);
  const moments = withFacts.flatMap(({ writtenAtMs }) => writtenAtMs ?? []);
  return moments.length === 0 ? undefined : Math.min(...moments);
}

/** Entries that are no events. */
function unreadable(records: readonly OutboxRecord[]): Unpublishable[] {
  return records.flatMap(({ name, unreadable: texts }) =>
    texts.map((received, index) => {
      return { id: `${name}-${index}`, name, received, reason: 'UnreadableOutboxEntry' };
    }),
  );
}

interface PendingFact {
  readonly name: string;
  readonly event: CloudEvent;
  readonly writtenAtMs: number | undefined;
}

/** Facts that the bus refused for good. */
function refusedFacts(facts: readonly PendingFact[], outcomes: readonly PublishOutcome[]): Unpublishable[] {
  return facts.flatMap(({ name, event }, index) => {
    const outcome = outcomes[index];
    if (outcome?.status !== 'refused') return [];
    return [{ id: event.id, name, received: event, reason: outcome.code }];
  });
}

/** @returns those that could not even be kept */
async function keepAside(entries: readonly Unpublishable[], claimCheck: ClaimCheck) {
  const lost: { name: string; code: string }[] = [];
  for (const { id, name, received, reason } of entries) {
    try {
      await claimCheck.keepUnpublishable(id, received, reason);
    } catch (error) {
      lost.push({ name, code: messageOf(error) });
    }
  }
  return lost;
}

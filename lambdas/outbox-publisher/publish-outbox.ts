import {
  type CloudEvent,
  type EventProblem,
  type Ledger,
  messageOf,
  NO_SHARD,
  openLedger,
  type Publisher,
  type PublishOutcome,
  type Quarantine,
} from '../../core/index.ts';
import type { ClaimCheck } from '../adapters/claim-check-s3.ts';
import { type ExamineFact, quarantinedFact } from './examine-fact.ts';
import type { OutboxRecord } from './read-outbox.ts';

export interface PublishReport {
  readonly published: number;
  /** Facts that are neither on the bus nor kept aside: they are delivered again. */
  readonly failed: number;
  /** Entries that will never be on the bus, and were kept aside for a person. */
  readonly unpublishable: number;
  /** Facts that their schema refuses, and that were not in the quarantine yet. The later facts of their keys went on. */
  readonly quarantined: readonly RefusedFact[];
  readonly claimChecked: number;
  /** Names of records whose facts are not all on the bus or kept aside. */
  readonly failedRecords: readonly string[];
  /** When the oldest of the records that carry facts was written, epoch ms; absent when none does. */
  readonly oldestWrittenAtMs: number | undefined;
  readonly reasons: readonly string[];
  readonly ledger: Ledger;
}

/** A fact that its schema refuses, and what it refuses in it. */
export interface RefusedFact {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly problem: EventProblem;
}

export interface PublishDependencies {
  readonly publisher: Publisher;
  readonly claimCheck: ClaimCheck;
  readonly quarantine: Quarantine;
  readonly examine: ExamineFact;
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
 * aside because the bus will never take them or their schema refuses them; the stream delivers again from the first one
 * that is not, and what was published by then is published twice, under the same ids.
 */
export async function publishOutbox(
  records: readonly OutboxRecord[],
  { publisher, claimCheck, quarantine, examine }: PublishDependencies,
): Promise<PublishReport> {
  const { facts, refused } = examined(records, examine);
  const quarantined = await keepRefused(refused, quarantine);
  const outcomes: readonly PublishOutcome[] = facts.length > 0 ? await publisher.publish(facts) : [];
  const aside = [...unreadable(records), ...refusedFacts(facts, outcomes)];
  const lost = [...quarantined.lost, ...(await keepAside(aside, claimCheck))];
  const failed = facts.flatMap(({ name }, index) => {
    const outcome = outcomes[index] ?? { status: 'failed', code: 'NoResult' };
    return outcome.status === 'failed' ? [{ name, code: outcome.code }] : [];
  });
  return {
    published: outcomes.filter(outcome => outcome.status === 'published').length,
    failed: failed.length + lost.length,
    unpublishable: aside.length - (lost.length - quarantined.lost.length),
    quarantined: quarantined.added.map(({ event: { id, type, subject }, problem }) => ({ id, type, subject, problem })),
    claimChecked: outcomes.filter(outcome => outcome.status === 'published' && outcome.claimChecked).length,
    failedRecords: [...new Set([...failed, ...lost].map(({ name }) => name))],
    oldestWrittenAtMs: oldest(records),
    reasons: [...new Set([...[...failed, ...lost].map(({ code }) => code), ...aside.map(({ reason }) => reason)])],
    ledger: enteredFacts(facts, outcomes, quarantined.added),
  };
}

/** Facts as they leave, and those that must not, as they were written. */
function examined(records: readonly OutboxRecord[], examine: ExamineFact) {
  const facts: PendingFact[] = [];
  const refused: RefusedPending[] = [];
  for (const { name, events, writtenAtMs } of records) {
    for (const event of events) {
      const judged = examine(event);
      if (judged.ok) facts.push({ name, event: judged.value, writtenAtMs });
      else refused.push({ name, event, writtenAtMs, problem: judged.problem });
    }
  }
  return { facts, refused };
}

/** @returns those that were not there yet, and those that could not be kept */
async function keepRefused(refused: readonly RefusedPending[], quarantine: Quarantine) {
  const added: RefusedPending[] = [];
  const lost: { name: string; code: string }[] = [];
  for (const fact of refused) {
    try {
      if (await quarantine.keep(quarantinedFact(fact, fact.problem))) added.push(fact);
    } catch (error) {
      lost.push({ name: fact.name, code: messageOf(error) });
    }
  }
  return { added, lost };
}

function enteredFacts(
  facts: readonly PendingFact[],
  outcomes: readonly PublishOutcome[],
  quarantined: readonly PendingFact[],
): Ledger {
  const ledger = openLedger();
  for (const { event, writtenAtMs = 0 } of quarantined) {
    ledger.count('quarantined', { type: event.type, id: event.id, shard: NO_SHARD, atMs: writtenAtMs });
  }
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

interface RefusedPending extends PendingFact {
  readonly problem: EventProblem;
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

import { messageOf, type Publisher, type PublishOutcome } from '../../core/index.ts';
import type { ClaimCheck } from '../adapters/claim-check-s3.ts';
import type { OutboxRecord } from './read-outbox.ts';

export interface PublishReport {
  readonly published: number;
  readonly failed: number;
  readonly claimChecked: number;
  /** Sequence numbers of records whose facts are not all on the bus. */
  readonly failedRecords: readonly string[];
  readonly reasons: readonly string[];
}

/**
 * Publishes the facts of a batch of stream records. A record counts as done when all its facts are on the bus; the
 * stream delivers again from the first one that is not, and what was published by then is published twice, under the
 * same ids.
 */
export async function publishOutbox(
  records: readonly OutboxRecord[],
  publisher: Publisher,
  claimCheck: ClaimCheck,
): Promise<PublishReport> {
  const aside = await keepUnreadable(records, claimCheck);
  const facts = records.flatMap(({ sequenceNumber, events }) => events.map(event => ({ sequenceNumber, event })));
  const outcomes: readonly PublishOutcome[] =
    facts.length > 0 ? await publisher.publish(facts.map(({ event }) => event)) : [];
  const failed = facts.flatMap(({ sequenceNumber }, index) => {
    const outcome = outcomes[index];
    return outcome?.status === 'published' ? [] : [{ sequenceNumber, code: outcome?.code ?? 'NoResult' }];
  });
  return {
    published: facts.length - failed.length,
    failed: failed.length + aside.unreadable,
    claimChecked: outcomes.filter(outcome => outcome.status === 'published' && outcome.claimChecked).length,
    failedRecords: [...new Set([...aside.failedRecords, ...failed.map(({ sequenceNumber }) => sequenceNumber)])],
    reasons: [...new Set([...aside.reasons, ...failed.map(({ code }) => code)])],
  };
}

async function keepUnreadable(records: readonly OutboxRecord[], claimCheck: ClaimCheck) {
  const failedRecords: string[] = [];
  const reasons: string[] = [];
  let unreadable = 0;
  for (const record of records) {
    for (const [index, text] of record.unreadable.entries()) {
      unreadable += 1;
      reasons.push('UnreadableOutboxEntry');
      try {
        await claimCheck.keepUnpublishable(`${record.sequenceNumber}-${index}`, text, 'not a CloudEvent');
      } catch (error) {
        failedRecords.push(record.sequenceNumber);
        reasons.push(messageOf(error));
      }
    }
  }
  return { unreadable, failedRecords, reasons };
}

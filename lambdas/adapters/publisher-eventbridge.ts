import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import {
  type BackOff,
  backOffDelayMs,
  type Clock,
  type Ids,
  type OutgoingFact,
  type Publisher,
  type PublishOutcome,
} from '../../core/index.ts';
import { atOnce } from '../runtime/at-once.ts';
import { chunks } from '../runtime/chunks.ts';
import { timeLeftMs } from '../runtime/in-time.ts';
import { errorName } from './aws-errors.ts';
import type { ClaimCheck } from './claim-check-s3.ts';

export interface EventbridgePublisherOptions {
  readonly client: EventBridgeClient;
  readonly busName: string;
  readonly claimCheck: ClaimCheck;
  readonly clock: Clock;
  readonly ids: Ids;
  /** @default 5 tries, from 50 ms to 800 ms */
  readonly backOff?: BackOff;
}

/** Limits of one PutEvents call, entries and bytes of all of them together. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;
/** What the limit counts for an entry's time. */
const TIME_BYTES = 14;
/** From here on an event goes to the claim check: the limit counts the other members of the entry too. */
const MAX_DETAIL_BYTES = 250_000;
const CALLS_AT_ONCE = 8;
const DEFAULT_BACK_OFF: BackOff = { tries: 5, firstDelayMs: 50, maxDelayMs: 800 };

/** Codes of entries that EventBridge will never take (API reference of PutEvents). */
const REFUSED: ReadonlySet<string> = new Set(['InvalidArgument', 'MalformedDetail', 'ValidationException']);

interface Pending extends OutgoingFact {
  readonly index: number;
}

interface Entry extends Pending {
  readonly request: PutEventsRequestEntry;
  readonly claimChecked: boolean;
}

/**
 * Publishes to an EventBridge bus. PutEvents answers 200 even when it took nothing: `FailedEntryCount` and the
 * `ErrorCode` of each entry are read. EventBridge promises no order within a call, so a call never holds two events of
 * one subject: each wave takes the first waiting event of every subject. An event that the bus will never take holds
 * nobody up.
 */
export function eventbridgePublisher(options: EventbridgePublisherOptions): Publisher {
  async function publish(facts: readonly OutgoingFact[]): Promise<readonly PublishOutcome[]> {
    const outcomes: PublishOutcome[] = facts.map(() => ({ status: 'failed', code: 'BehindFailedEvent' }));
    const pending = facts.map((fact, index): Pending => ({ index, ...fact }));
    let lines = [...Map.groupBy(pending, ({ event }) => event.subject).values()];
    while (lines.length > 0) {
      const heads = lines.flatMap(line => line.slice(0, 1));
      await publishWave(options, heads, outcomes);
      lines = lines
        .filter(line => line[0] && outcomes[line[0].index]?.status !== 'failed')
        .map(line => line.slice(1))
        .filter(line => line.length > 0);
    }
    return outcomes;
  }
  return { publish };
}

/** Publishes events of different subjects; tries those again that were not taken. */
async function publishWave(
  options: EventbridgePublisherOptions,
  heads: readonly Pending[],
  outcomes: PublishOutcome[],
): Promise<void> {
  const { clock, ids, backOff = DEFAULT_BACK_OFF } = options;
  const prepared = await atOnce(heads, CALLS_AT_ONCE, head => prepare(options, head, outcomes));
  let open = prepared.filter(entry => entry !== undefined);
  for (let attempt = 1; open.length > 0; attempt++) {
    const calls = chunks(open, { maxItems: MAX_ENTRIES, maxBytes: MAX_BYTES, sizeBytes: entryBytes });
    await atOnce(calls, CALLS_AT_ONCE, entries => putEvents(options, entries, outcomes));
    open = open.filter(({ index }) => outcomes[index]?.status === 'failed');
    const delayMs = backOffDelayMs(backOff, attempt, ids.random);
    if (open.length === 0 || attempt >= backOff.tries || delayMs >= timeLeftMs()) return;
    await clock.sleep(delayMs);
  }
}

/** The entry of an event; one that is too large leaves its data at the claim check. */
async function prepare(
  options: EventbridgePublisherOptions,
  { index, event, writtenAtMs }: Pending,
  outcomes: PublishOutcome[],
): Promise<Entry | undefined> {
  const detail = JSON.stringify(event);
  const claimChecked = Buffer.byteLength(detail) > MAX_DETAIL_BYTES;
  try {
    const sent = claimChecked ? JSON.stringify(await options.claimCheck.leave(event)) : detail;
    const request = {
      EventBusName: options.busName,
      Source: event.source,
      DetailType: event.type,
      Detail: sent,
      ...(writtenAtMs !== undefined && { Time: new Date(writtenAtMs) }),
    };
    return { index, event, request, claimChecked };
  } catch (error) {
    outcomes[index] = { status: 'failed', code: errorName(error) };
    return undefined;
  }
}

async function putEvents(
  options: EventbridgePublisherOptions,
  entries: readonly Entry[],
  outcomes: PublishOutcome[],
): Promise<void> {
  try {
    const answer = await options.client.send(new PutEventsCommand({ Entries: entries.map(entry => entry.request) }));
    for (const [position, { index, claimChecked }] of entries.entries()) {
      const result = answer.Entries?.[position];
      const code = result?.ErrorCode ?? 'NoResult';
      if (result?.EventId) outcomes[index] = { status: 'published', claimChecked };
      else outcomes[index] = { status: REFUSED.has(code) ? 'refused' : 'failed', code };
    }
  } catch (error) {
    const code = errorName(error);
    if (REFUSED.has(code) && entries.length > 1) {
      // One entry makes the call invalid for all: alone, each answers for itself.
      await atOnce(entries, CALLS_AT_ONCE, entry => putEvents(options, [entry], outcomes));
      return;
    }
    const status = REFUSED.has(code) ? 'refused' : 'failed';
    for (const { index } of entries) outcomes[index] = { status, code };
  }
}

function entryBytes({ request }: Entry): number {
  const { Source = '', DetailType = '', Detail = '' } = request;
  return TIME_BYTES + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
}

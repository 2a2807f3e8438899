/**
 * Publishes from the table itself what its change stream no longer holds: for when nobody read the stream for longer than the
 * 24 hours that DynamoDB keeps it.
 *
 * 1. Facts keep their ids: whoever had one already drops it.
 * 2. Pages are published one after the other, and a page that did not get through whole is where the next run begins: the
 *    facts of one key keep their order.
 * 3. An item holds the facts of its last write alone. What an earlier write of the same item said is in the stream or
 *    nowhere: a table whose items are events loses nothing, one whose items are states loses what was overwritten.
 */
import { parseRfc3339 } from '../../core/index.ts';
import type { OutboxPage } from '../adapters/outbox-scan-dynamodb.ts';
import { type PublishDependencies, type PublishReport, publishOutbox } from './publish-outbox.ts';
import { type OutboxRecord, readStoredOutbox } from './read-outbox.ts';

/** What the function is asked for when no stream asks it. */
export interface CatchUpRequest {
  readonly catchUp: {
    /** Items written at this moment or later, RFC 3339. */
    readonly since: string;
    /** Items written before this moment, RFC 3339. @default no end */
    readonly until?: string;
    /** Where an earlier answer ended. @default the beginning of the table */
    readonly cursor?: string;
  };
}

export interface CatchUpAnswer {
  /** Whether the table has been read to its end. */
  readonly done: boolean;
  /** What to ask with for the rest. */
  readonly cursor?: string;
  /** Facts found in items of the time that was asked for. */
  readonly found: number;
  readonly published: number;
  readonly unpublishable: number;
  /** Facts that their schema refuses. */
  readonly quarantined: number;
  /** Facts that the bus did not take now; the cursor stands before them. */
  readonly failed: number;
  readonly claimChecked: number;
  readonly reasons: readonly string[];
}

export interface CatchUpDependencies extends PublishDependencies {
  readonly readPage: (cursor?: string) => Promise<OutboxPage>;
  /** Hears what became of each page. */
  readonly onPage?: (report: PublishReport) => void;
  /** Whether there is time for another page. */
  readonly hasTime: () => boolean;
}

/** Whether an invocation asks for a catch-up. */
export function isCatchUp(event: object): event is CatchUpRequest {
  return 'catchUp' in event;
}

/** Publishes page by page until the table ends, something fails, or time is up. @throws Error for a moment that is none */
export async function catchUp(request: CatchUpRequest, dependencies: CatchUpDependencies): Promise<CatchUpAnswer> {
  const { since, until, cursor: given } = request.catchUp;
  const sinceMs = momentOf('since', since);
  const untilMs = until === undefined ? Number.POSITIVE_INFINITY : momentOf('until', until);
  const tally = { found: 0, published: 0, unpublishable: 0, quarantined: 0, failed: 0, claimChecked: 0 };
  const reasons = new Set<string>();
  let cursor = given;
  do {
    const page = await dependencies.readPage(cursor);
    const records = page.items
      .map(({ attributes, name }) => readStoredOutbox(attributes, name))
      .filter(record => isWithin(record, sinceMs, untilMs));
    const report = await publishOutbox(records, dependencies);
    tally.found += records.reduce((sum, { events, unreadable }) => sum + events.length + unreadable.length, 0);
    dependencies.onPage?.(report);
    addTo(tally, report);
    for (const reason of report.reasons) reasons.add(reason);
    if (report.failed > 0) return answer({ cursor, isWhole: false });
    cursor = page.next;
  } while (cursor !== undefined && dependencies.hasTime());
  return answer({ cursor, isWhole: cursor === undefined });

  function answer({ cursor: rest, isWhole }: { cursor: string | undefined; isWhole: boolean }): CatchUpAnswer {
    return { done: isWhole, ...(rest === undefined ? {} : { cursor: rest }), ...tally, reasons: [...reasons] };
  }
}

/** An item that does not say when it was written is published as well: better twice than never (invariant 1). */
function isWithin({ writtenAtMs }: OutboxRecord, sinceMs: number, untilMs: number): boolean {
  const sinceSecondMs = Math.floor(sinceMs / 1000) * 1000; // items know the second
  return writtenAtMs === undefined || (writtenAtMs >= sinceSecondMs && writtenAtMs < untilMs);
}

type Tally = Record<'quarantined' | 'published' | 'unpublishable' | 'failed' | 'claimChecked', number>;

function addTo(tally: Tally, report: PublishReport): void {
  for (const name of ['published', 'unpublishable', 'failed', 'claimChecked'] as const) tally[name] += report[name];
  tally.quarantined += report.quarantined.length;
}

function momentOf(name: string, text: unknown): number {
  const moment = typeof text === 'string' ? parseRfc3339(text) : undefined;
  if (moment !== undefined) return moment;
  throw new Error(`Cannot catch up: '${name}' must be an RFC 3339 timestamp, received ${JSON.stringify(text)}`);
}

/** The ledger as it stands in the logs of the functions: entries in the lines that carry their metrics. */
import {
  type CloudWatchLogsClient,
  paginateDescribeLogStreams,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { type LedgerBook, ledgerBook, parseLedgerEntry } from '../../core/index.ts';
import { atOnce } from '../runtime/at-once.ts';
import { operatingError } from './aws-errors.ts';

export interface LedgerLinesOptions {
  readonly client: CloudWatchLogsClient;
  readonly logGroups: readonly string[];
}

export interface LedgerLines {
  readonly book: LedgerBook;
  /** Before it, some lines are no longer kept; epoch ms. */
  readonly completeSinceMs: number;
}

const GROUPS_AT_ONCE = 4;
const ENTRIES_ONLY = '{ $.Ledger[0] = "*" }';
/** A log whose first line is so much younger than the log itself has lost what stood before it. */
const LOST_LINES_MS = 60_000;

/** Reads and adds up every entry that was written from `fromMs` until now. @throws ThrottledError */
export async function readLedger({ client, logGroups }: LedgerLinesOptions, fromMs: number): Promise<LedgerLines> {
  const book = ledgerBook();
  const since = await atOnce(logGroups, GROUPS_AT_ONCE, async logGroupName => {
    try {
      const request = { logGroupName, startTime: fromMs, filterPattern: ENTRIES_ONLY };
      for await (const page of paginateFilterLogEvents({ client }, request)) {
        for (const { message = '' } of page.events ?? []) addLine(book, message);
      }
      return await completeSince(client, logGroupName);
    } catch (error) {
      throw operatingError(error);
    }
  });
  return { book, completeSinceMs: Math.max(0, ...since) };
}

function addLine(book: LedgerBook, message: string): void {
  const line = lineOf(message);
  if (!line) return;
  for (const text of line.entries) {
    const entry = typeof text === 'string' ? parseLedgerEntry(text) : undefined;
    if (entry) book.add(line.hop, entry);
  }
}

function lineOf(message: string): { readonly hop: string; readonly entries: readonly unknown[] } | undefined {
  try {
    const line: unknown = JSON.parse(message);
    if (typeof line !== 'object' || line === null || !('Hop' in line) || !('Ledger' in line)) return undefined;
    const { Hop: hop, Ledger: entries } = line;
    return typeof hop === 'string' && Array.isArray(entries) ? { hop, entries } : undefined;
  } catch {
    return undefined;
  }
}

async function completeSince(client: CloudWatchLogsClient, logGroupName: string): Promise<number> {
  let sinceMs = 0;
  for await (const page of paginateDescribeLogStreams({ client }, { logGroupName })) {
    for (const { creationTime = 0, firstEventTimestamp } of page.logStreams ?? []) {
      const hasLost = firstEventTimestamp !== undefined && firstEventTimestamp - creationTime > LOST_LINES_MS;
      if (hasLost) sinceMs = Math.max(sinceMs, firstEventTimestamp);
    }
  }
  return sinceMs;
}

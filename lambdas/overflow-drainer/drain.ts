import {
  type AppendOutcome,
  type CloudEvent,
  type EventLog,
  type Ledger,
  openLedger,
  parseEnvelope,
  parseRfc3339,
  shardName,
} from '../../core/index.ts';

/** A message that waits in the overflow queue; its body is a run of events of one key, as a JSON array. */
export interface OverflowMessage {
  readonly messageId: string;
  readonly body: string;
}

export interface DrainReport {
  /** Events that have left the queue for the log. */
  readonly drained: number;
  /** Messages to be delivered again, whole. */
  readonly failedMessages: readonly string[];
  readonly ledger: Ledger;
}

/**
 * Puts waiting events into the log. A message is done when all its events are there; else it comes again, and those that
 * were there by then are there twice. The queue keeps the order of a key, and so does the log: once an event of it fails,
 * the later ones fail too, and so do the messages that hold them.
 */
export async function drain(messages: readonly OverflowMessage[], log: EventLog): Promise<DrainReport> {
  const runs = messages.map(({ messageId, body }) => ({ messageId, events: eventsOf(body) }));
  const events = runs.flatMap(run => run.events ?? []);
  const outcomes = events.length > 0 ? await log.append(events) : [];
  const failedMessages: string[] = [];
  const ledger = openLedger();
  let drained = 0;
  let at = 0;
  for (const run of runs) {
    const length = run.events?.length ?? 0;
    const ofRun = outcomes.slice(at, at + length);
    const isDone = run.events !== undefined && isAppended(ofRun, length);
    at += length;
    if (!isDone || !run.events) failedMessages.push(run.messageId);
    else {
      drained += length;
      for (const [index, event] of run.events.entries()) countDrained(ledger, event, ofRun[index]);
    }
  }
  return { drained, failedMessages, ledger };
}

function countDrained(ledger: Ledger, { type, id, ingestedtime = '' }: CloudEvent, outcome?: AppendOutcome): void {
  const shardId = outcome?.status === 'appended' ? outcome.shard : undefined;
  ledger.count('drained', { type, id, shard: shardName(shardId ?? ''), atMs: parseRfc3339(ingestedtime) ?? 0 });
}

function isAppended(outcomes: readonly { readonly status: string }[], length: number): boolean {
  return outcomes.length === length && outcomes.every(({ status }) => status === 'appended');
}

/** @returns nothing for what is no run of events: not ours, it fails until the queue moves it to its dead-letter queue */
function eventsOf(body: string): CloudEvent[] | undefined {
  try {
    const values: unknown = JSON.parse(body);
    if (!Array.isArray(values)) return undefined;
    const events = values.flatMap(value => {
      const parsed = parseEnvelope(value);
      return parsed.ok ? [parsed.value] : [];
    });
    return events.length === values.length && events.length > 0 ? events : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What the collector does with the events of one request: judge each, put the good ones into the log, and give every
 * one its own answer.
 *
 * 1. An event is answered `accepted` only when it is in the log or in the overflow queue, `quarantined` only when it is
 *    in the quarantine.
 * 2. Good events of a mixed batch are kept whatever the others are.
 * 3. Each acceptance has a name, which the event carries from here on: copies of it that a lost answer makes, here or on
 *    the way through the overflow queue, are known as copies and not counted as events that were accepted again.
 * 4. Events that neither log nor overflow took are refused with status 503: sending them again is safe.
 */
import {
  type AppendOutcome,
  type Clock,
  type CloudEvent,
  type EventLog,
  type EventParser,
  type EventProblem,
  type Ids,
  type Ledger,
  messageOf,
  NO_SHARD,
  OVERFLOW_SHARD,
  type Overflow,
  openLedger,
  type Quarantine,
  shardName,
} from '../../core/index.ts';
import { atOnce } from '../runtime/at-once.ts';
import { judgeEvent } from './judge-event.ts';

const QUARANTINES_AT_ONCE = 16;
/** Of a ULID, 50 bits of its randomness: an acceptance has to differ from the other ones of the same event only. */
const ACCEPTANCE_CHARS = 10;

export interface CollectDependencies {
  readonly log: EventLog;
  readonly overflow: Overflow;
  readonly quarantine: Quarantine;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly parse: EventParser;
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

export interface CollectOptions {
  readonly onInvalid: 'refuse' | 'quarantine';
  readonly backfill: boolean;
}

/** The answer for one event, at its position in the request. */
export interface EventAnswer {
  readonly index: number;
  readonly id?: string;
  readonly status: 'accepted' | 'refused' | 'quarantined';
  readonly problem?: EventProblem & { readonly title: string; readonly status: number };
}

export interface CollectReport {
  readonly accepted: number;
  readonly refused: number;
  readonly quarantined: number;
  /** Of the accepted ones, those that wait in the overflow queue. */
  readonly overflowed: number;
  readonly results: readonly EventAnswer[];
  readonly ledger: Ledger;
}

/** Takes the events of one request in. */
export async function collect(
  values: readonly unknown[],
  options: CollectOptions,
  dependencies: CollectDependencies,
): Promise<CollectReport> {
  const { clock, ids, parse } = dependencies;
  const acceptance = () => ids.ulid().slice(-ACCEPTANCE_CHARS).toLowerCase();
  const rules = { nowMs: clock.now(), backfill: options.backfill, parse, acceptance };
  const answers = new Map<number, EventAnswer>();
  const ledger = openLedger();
  const good: { index: number; event: CloudEvent }[] = [];
  const bad: { index: number; value: unknown; problem: EventProblem }[] = [];
  for (const [index, value] of values.entries()) {
    const judged = judgeEvent(value, rules);
    if (judged.ok) good.push({ index, event: judged.value });
    else bad.push({ index, value, problem: { index, ...judged.problem } });
  }
  const stored = await store(
    good.map(({ event }) => event),
    dependencies,
  );
  for (const [position, { index, event }] of good.entries()) {
    const fate = stored.fates[position];
    answers.set(index, { index, id: event.id, ...storedAnswer(index, fate) });
    if (fate?.kept) {
      ledger.count('accepted', { type: event.type, id: event.id, shard: fate.shard, atMs: rules.nowMs });
    }
  }
  await atOnce(bad, QUARANTINES_AT_ONCE, async ({ index, value, problem }) => {
    const custody = options.onInvalid === 'quarantine' && (await quarantineEvent(value, problem, dependencies));
    const status = custody ? 'quarantined' : 'refused';
    answers.set(index, { index, ...idOf(value), status, problem: { title: 'Invalid event', status: 400, ...problem } });
  });
  const answered = [...answers.values()];
  for (const { status } of answered) {
    if (status !== 'accepted') ledger.count(status, { shard: NO_SHARD, atMs: rules.nowMs });
  }
  return { ...report(answered, stored.overflowed), ledger };
}

/** `shard`: where the log has it, as the ledger calls it. */
type StoredFate = { readonly kept: true; readonly shard: string } | { readonly kept: false; readonly reason: string };

/** Log first; what it does not take goes to the overflow queue. */
async function store(events: readonly CloudEvent[], { log, overflow, warn }: CollectDependencies) {
  const outcomes: readonly AppendOutcome[] = events.length > 0 ? await log.append(events) : [];
  const fates = outcomes.map(
    (outcome): StoredFate =>
      outcome.status === 'appended'
        ? { kept: true, shard: shardName(outcome.shard ?? '') }
        : { kept: false, reason: outcome.code },
  );
  const missed = fates.flatMap((fate, index) => (fate.kept ? [] : [index]));
  if (missed.length === 0) return { fates, overflowed: 0 };
  const codes = [...new Set(fates.flatMap(fate => (fate.kept ? [] : fate.reason)))];
  warn('The log did not take events, they go to the overflow queue', { events: missed.length, codes });
  const kept = await overflow.keep(missed.flatMap(index => events[index] ?? []));
  for (const [position, index] of missed.entries())
    if (kept[position]) fates[index] = { kept: true, shard: OVERFLOW_SHARD };
  return { fates, overflowed: kept.filter(Boolean).length };
}

function storedAnswer(index: number, fate: StoredFate | undefined): Pick<EventAnswer, 'status' | 'problem'> {
  if (fate?.kept) return { status: 'accepted' };
  const reason = `could not be taken now (${fate?.reason ?? 'NoResult'}): send it again with the same id`;
  return { status: 'refused', problem: { title: 'Not taken', status: 503, index, field: '', reason } };
}

async function quarantineEvent(
  received: unknown,
  problem: EventProblem,
  { quarantine, clock, ids, warn }: CollectDependencies,
): Promise<boolean> {
  const quarantinedAt = new Date(clock.now()).toISOString();
  const { field, reason } = problem;
  try {
    return await quarantine.keep({ id: ids.ulid(), quarantinedAt, hop: 'collector', field, reason, received });
  } catch (error) {
    warn('Cannot quarantine event', { reason: messageOf(error) }); // the event is answered as refused
    return false;
  }
}

function idOf(value: unknown): { id?: string } {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  return typeof id === 'string' ? { id: id.slice(0, 100) } : {};
}

function report(answers: readonly EventAnswer[], overflowed: number): Omit<CollectReport, 'ledger'> {
  const results = answers.toSorted((a, b) => a.index - b.index);
  const count = (status: EventAnswer['status']) => results.filter(result => result.status === status).length;
  return {
    accepted: count('accepted'),
    refused: count('refused'),
    quarantined: count('quarantined'),
    overflowed,
    results,
  };
}

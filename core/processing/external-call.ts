/**
 * One call to the outside, for one event, under a lease.
 *
 * 1. A call is made by whoever holds the event's claim, and only until its lease runs out; the event's id goes with it.
 * 2. An answer is recorded by whoever still holds the claim: of all calls for an event exactly one answer is kept, and with it
 *    its facts.
 * 3. A call that ends in time with an error that may pass gives its claim back. One that does not end, and one whose caller
 *    died, leave it: the call may have taken effect, and is made again when the lease has run out.
 * 4. A key is parked only by whoever still holds the claim, and the claim stays, as `parked`: an earlier attempt that is still
 *    under way somewhere can neither record its answer nor call again.
 */

import { isRetryable, messageOf, TerminalError, ThrottledError } from '../errors/operating-errors.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { ClaimOutcome, Settlement } from '../ports/idempotency-store.ts';
import type { ExternalProcessor } from './external-definition.ts';
import { jsonBytes } from './fold-limits.ts';
import { type DeliveryRow, type IdempotencyRow, isDrainers, isParkedAs } from './idempotency-row.ts';

/**
 * What came of an event. `known`: another delivery was answered before, `row` says how. `parked`: its call never will succeed, or
 * that was found before.
 */
export type CallOutcome =
  | { readonly status: 'answered'; readonly answer: unknown }
  | { readonly status: 'refused'; readonly reason: string }
  | { readonly status: 'parked'; readonly reason: string }
  | { readonly status: 'known'; readonly row: Exclude<IdempotencyRow, { status: 'claimed' }> };

export interface CallDependencies {
  readonly claim: (row: DeliveryRow & { readonly leaseUntilMs: number }) => Promise<ClaimOutcome>;
  readonly settle: (settlement: Settlement) => Promise<boolean>;
  readonly clock: Clock;
}

export interface Calling {
  readonly event: CloudEvent;
  readonly key: string;
  readonly row: DeliveryRow;
}

/** JSON bytes of an answer that are recorded with its row; DynamoDB takes 400 KB. */
const MAX_ANSWER_BYTES = 200_000;
const MAX_FACTS_BYTES = 150_000;

/** Makes a call at most once at a time. @throws TerminalError when it never will succeed; anything else: not now */
export async function callOnce(
  processor: ExternalProcessor<never>,
  calling: Calling,
  { claim, settle, clock }: CallDependencies,
): Promise<CallOutcome> {
  const { row } = calling;
  const claimed = await claim({ ...row, leaseUntilMs: clock.now() + processor.leaseMs });
  if (claimed.status === 'known') return knownOutcome(claimed.row, row);
  const tried = await tryCall(processor, calling, clock);
  switch (tried.status) {
    case 'late':
      throw new ThrottledError(`Cannot wait for the call: it took longer than ${processor.timeoutMs} ms`);
    case 'failed':
      return giveBack(processor, tried.error, { row, settle });
    case 'answered': {
      const isOurs = await settle({ row, status: 'completed', ...tried.recorded });
      if (!isOurs) throw new ThrottledError('Cannot record the answer: the lease ran out, and somebody else has it');
      return { status: 'answered', answer: tried.answer };
    }
  }
}

function knownOutcome(found: IdempotencyRow, delivery: DeliveryRow): CallOutcome {
  if (isParkedAs(found, delivery)) return { status: 'parked', reason: found.reason };
  if (found.status !== 'claimed') return { status: 'known', row: found };
  // another content under an id whose call is under way
  if (found.fingerprint !== delivery.fingerprint) return { status: 'known', row: { ...found, status: 'completed' } };
  const until = new Date(found.leaseUntilMs).toISOString();
  throw new ThrottledError(`Cannot call now: another call for the event may be under way until ${until}`);
}

type Tried =
  | { readonly status: 'answered'; readonly answer: unknown; readonly recorded: Recorded }
  | { readonly status: 'failed'; readonly error: unknown }
  | { readonly status: 'late' };

type Recorded = Pick<Extract<Settlement, { status: 'completed' }>, 'answer' | 'outbox'>;

/** The call, up to its time-out; what it fails with, and what is wrong with its answer. */
async function tryCall(processor: ExternalProcessor<never>, calling: Calling, clock: Clock): Promise<Tried> {
  const { event } = calling;
  const abort = new AbortController();
  const late = clock.sleep(processor.timeoutMs).then((): Tried => ({ status: 'late' }));
  const call = async (): Promise<Tried> => {
    try {
      const answer = await processor.call(event, { idempotencyKey: event.id, signal: abort.signal });
      return { status: 'answered', answer, recorded: recordedOf(processor, calling, answer) };
    } catch (error) {
      return { status: 'failed', error };
    }
  };
  const tried = await Promise.race([call(), late]);
  if (tried.status === 'late') abort.abort(new Error(`the call took longer than ${processor.timeoutMs} ms`));
  return tried;
}

/** @throws TerminalError when the answer brings about what cannot be: the call is made again when the key is drained */
function recordedOf(processor: ExternalProcessor<never>, { event, key, row }: Calling, answer: unknown): Recorded {
  const facts = factsOf(processor, event, answer);
  const isKept = answer !== undefined && jsonBytes(answer) <= MAX_ANSWER_BYTES;
  const { sequence, expiresAtMs } = row;
  return { ...(isKept && { answer }), ...(facts.length > 0 && { outbox: { key, sequence, facts, expiresAtMs } }) };
}

function factsOf(processor: ExternalProcessor<never>, event: CloudEvent, answer: unknown): readonly CloudEvent[] {
  try {
    const facts = processor.facts(event, answer);
    const bytes = facts.length === 0 ? 0 : jsonBytes(facts);
    if (bytes <= MAX_FACTS_BYTES) return facts;
    throw new Error(`at most ${MAX_FACTS_BYTES} bytes per event, reached ${bytes}`);
  } catch (error) {
    throw new TerminalError(`Cannot emit facts: ${messageOf(error)}`, { cause: error });
  }
}

/** Invariants 3 and 4; a terminal error is an answer where the definition says so. */
async function giveBack(
  { keepErrors }: ExternalProcessor<never>,
  error: unknown,
  { row, settle }: { readonly row: DeliveryRow; readonly settle: CallDependencies['settle'] },
): Promise<CallOutcome> {
  const reason = messageOf(error);
  if (isRetryable(error)) {
    await settle(isDrainers(row) ? { row, status: 'parked', reason } : { row, status: 'released' });
    throw error;
  }
  const status = keepErrors ? 'refused' : 'parked';
  const isOurs = await settle({ row, status, reason });
  if (!isOurs) throw new ThrottledError(`Cannot record '${reason}': the lease ran out, and somebody else has it`);
  return { status, reason };
}

import type { CloudEvent, EventProblem, Ledger, LedgerOutcome, Result } from '../../core/index.ts';
import { accepted, eventProblem, NO_SHARD, parseEnvelope, parseRfc3339, refused } from '../../core/index.ts';
import type { EventReader } from './event-reader.ts';

/** A message of a queue that a rule of the bus fills. */
export interface BusMessage {
  readonly messageId: string;
  readonly body: string;
  readonly attributes?: { readonly SentTimestamp?: string };
}

/** A fact that the bus delivered. */
export interface BusFact<Agreed extends CloudEvent = CloudEvent> {
  /** In the version that its reader knows. */
  readonly event: Agreed;
  /** As it was delivered: what is remembered and counted of it does not depend on who reads it. */
  readonly received: CloudEvent;
  /** The time of its entry: when the fact was written. Epoch ms; 0 when the message does not say. */
  readonly atMs: number;
}

/** Fetches the whole event that a claim check stands for. @throws when that cannot be done */
export type RedeemClaimCheck = (dataref: string) => Promise<unknown>;

export interface BusReader<Agreed extends CloudEvent = CloudEvent> extends EventReader<Agreed> {
  readonly redeem: RedeemClaimCheck;
}

/**
 * Reads the event out of a message that an EventBridge rule put into a queue: the whole CloudEvent is its `detail`. One that
 * left its data at the claim check is fetched from there first, and judged as a whole.
 * @throws what `redeem` throws: the message is to be delivered again
 */
export async function readBusMessage<Agreed extends CloudEvent>(
  body: string,
  reader: BusReader<Agreed>,
): Promise<Result<BusFact<Agreed>, EventProblem>> {
  const envelope = jsonOf(body);
  if (!envelope) return refused(eventProblem('', undefined, 'the message is not JSON'));
  if (typeof envelope.value !== 'object' || envelope.value === null || !('detail' in envelope.value)) {
    return refused(eventProblem('detail', undefined, 'is required: the message must come from an EventBridge rule'));
  }
  const { detail } = envelope.value;
  const read = await (isClaimCheck(detail) ? redeemed(detail, reader) : reader.parse(detail));
  if (!read.ok) return read;
  const time = 'time' in envelope.value ? envelope.value.time : undefined;
  const atMs = typeof time === 'string' ? parseRfc3339(time) : undefined;
  return accepted({ event: reader.cast(read.value), received: read.value, atMs: atMs ?? 0 });
}

/** Enters what became of a fact. */
export function enterFact(
  ledger: Ledger,
  outcome: LedgerOutcome,
  { received, atMs }: Pick<BusFact, 'received' | 'atMs'>,
): void {
  ledger.count(outcome, { type: received.type, id: received.id, shard: NO_SHARD, atMs });
}

function jsonOf(body: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(body) };
  } catch {
    return undefined;
  }
}

/** An event that says where its data lies and does not carry it. */
function isClaimCheck(detail: unknown): detail is object {
  return typeof detail === 'object' && detail !== null && 'dataref' in detail && !('data' in detail);
}

async function redeemed(detail: object, { parse, redeem }: BusReader): Promise<Result<CloudEvent, EventProblem>> {
  const check = parseEnvelope(detail);
  if (!check.ok) return check;
  const { dataref = '', id, type } = check.value;
  const whole = parse(await redeem(dataref));
  if (!whole.ok || (whole.value.id === id && whole.value.type === type)) return whole;
  return refused(eventProblem('dataref', dataref, `must hold event ${id}, holds ${whole.value.id}`));
}

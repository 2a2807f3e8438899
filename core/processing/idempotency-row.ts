/**
 * What `transact` and `external` remember of an event: a row of its own, written with its effect, or before and after its
 * call. It names the delivery that took effect, so that copies of it are told from the event being sent again.
 */

import { canonicalJson } from '../events/canonical-json.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import { contentHash } from '../events/content-hash.ts';
import { eventIdKey } from '../events/event-id.ts';
import { toldTime } from '../events/told-time.ts';
import type { Ids } from '../ports/ids.ts';
import type { FoldRecord } from './fold-item.ts';

/** The delivery of an event, as its row names it. */
export interface Delivery {
  /** Equal for equal bits of the event's id. */
  readonly id: string;
  /** 64 bits of type, source, subject, time as told, and data: the same id with another one stands for something else. */
  readonly fingerprint: string;
  readonly sequence: string;
  /** Which time the collector took it in; absent when no collector did. */
  readonly acceptance?: string;
}

/** A delivery as one run of a processor writes it. */
export interface DeliveryRow extends Delivery {
  /** The run that wrote it: a write whose answer was lost is known again. */
  readonly writer: string;
  /** From then on the event may be forgotten, epoch ms. */
  readonly expiresAtMs: number;
}

/**
 * `claimed`: a call is, or was, under way. `completed`: it took effect. `refused`: it was refused for good. `parked`: it is in the
 * lane of its key, or about to be, and an attempt that is still under way somewhere may not act on it any more: only drainers may.
 */
export type IdempotencyRow =
  | (DeliveryRow & { readonly status: 'claimed'; readonly leaseUntilMs: number })
  | (DeliveryRow & { readonly status: 'completed'; readonly answer?: unknown })
  | (DeliveryRow & { readonly status: 'refused'; readonly reason: string })
  | ParkedRow;

export type ParkedRow = DeliveryRow & { readonly status: 'parked'; readonly reason: string };

/** Of a ULID: all of its randomness but 20 bits. */
const WRITER_CHARS = 12;
/** What a drainer's name begins with; it cannot be in a ULID. */
const DRAINER = 'lane-';

/** A name for one run of a processor. @param fromLane whether it drains a lane */
export function newWriter(ids: Pick<Ids, 'ulid'>, fromLane: boolean): string {
  return (fromLane ? DRAINER : '') + ids.ulid().slice(-WRITER_CHARS);
}

/** Whether a row is a drainer's: it may take the place of one that is parked. */
export function isDrainers({ writer }: Pick<DeliveryRow, 'writer'>): boolean {
  return writer.startsWith(DRAINER);
}

/**
 * Whether two rows are the work of one run. Drainers are all one: what one of them did is counted when the record leaves its
 * lane, whichever of them takes it out.
 */
export function isOneWriter(row: Pick<DeliveryRow, 'writer'>, other: Pick<DeliveryRow, 'writer'>): boolean {
  return row.writer === other.writer || (isDrainers(row) && isDrainers(other));
}

/** Whether a row says that its event is parked, and is about the same event as a delivery. */
export function isParkedAs(
  row: IdempotencyRow | undefined,
  { fingerprint }: Pick<DeliveryRow, 'fingerprint'>,
): row is ParkedRow {
  return row?.status === 'parked' && row.fingerprint === fingerprint;
}

const DEFAULT_REMEMBER_HOURS = 48;
/** An event may be delivered again for as long as the stream keeps it: a day at least. */
const LEAST_REMEMBER_HOURS = 24;

/** For how long a definition wants events remembered. @throws Error when that is too short */
export function rememberHoursOf({
  name,
  rememberHours = DEFAULT_REMEMBER_HOURS,
}: {
  readonly name: string;
  readonly rememberHours?: number;
}): number {
  if (rememberHours >= LEAST_REMEMBER_HOURS) return rememberHours;
  throw new Error(
    `Cannot define processor '${name}': rememberHours must be at least ${LEAST_REMEMBER_HOURS}, received ${rememberHours}`,
  );
}

/** When an event may be forgotten, epoch ms. A clock that went back forgets no sooner than the stream's own would. */
export function forgetAtMs(
  { arrivedAtMs }: Pick<FoldRecord, 'arrivedAtMs'>,
  nowMs: number,
  { rememberMs }: { readonly rememberMs: number },
): number {
  return Math.max(arrivedAtMs, nowMs) + rememberMs;
}

export function deliveryOf({ event, sequence }: FoldRecord): Delivery {
  const { acceptance } = event;
  const delivery = { id: eventIdKey(event.id), fingerprint: fingerprintOf(event), sequence };
  return acceptance === undefined ? delivery : { ...delivery, acceptance };
}

function fingerprintOf(event: CloudEvent): string {
  const { type, source, subject, data } = event;
  return contentHash(canonicalJson({ type, source, subject, time: toldTime(event), data }));
}

/**
 * The row of a further acceptance of an event that took effect: it is counted as a duplicate once, however often it is
 * delivered.
 */
export function sightingOf(row: DeliveryRow): IdempotencyRow {
  return { ...row, id: sightingId(row), status: 'completed' };
}

/** The id of that row. */
export function sightingId({ id, acceptance, sequence }: Delivery): string {
  return `${id}~${contentHash(acceptance ?? sequence)}`;
}

/** What a row says about a delivery of its event. `ours`: this very run wrote it, and its answer was lost. */
export type KnownAs = 'ours' | 'redelivered' | 'duplicate' | 'conflicting';

export function knownAs(row: IdempotencyRow, delivery: DeliveryRow): KnownAs {
  if (row.fingerprint !== delivery.fingerprint) return 'conflicting';
  if (row.sequence === delivery.sequence) return isOneWriter(row, delivery) ? 'ours' : 'redelivered';
  const isCopy = row.acceptance !== undefined && row.acceptance === delivery.acceptance;
  return isCopy ? 'redelivered' : 'duplicate';
}

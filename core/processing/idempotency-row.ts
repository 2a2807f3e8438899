/**
 * What `transact` and `external` remember of an event: a row of its own, written with its effect, or before and after its
 * call. It names the delivery that took effect, so that copies of it are told from the event being sent again.
 */

import { canonicalJson } from '../events/canonical-json.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import { contentHash } from '../events/content-hash.ts';
import { eventIdKey } from '../events/event-id.ts';
import type { FoldRecord } from './fold-item.ts';

/** The delivery of an event, as its row names it. */
export interface Delivery {
  /** Equal for equal bits of the event's id. */
  readonly id: string;
  /** 64 bits of type, source, subject, time and data: the same id with another one stands for something else. */
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

/** `claimed`: a call is, or was, under way. `completed`: it took effect. `refused`: it was refused for good. */
export type IdempotencyRow =
  | (DeliveryRow & { readonly status: 'claimed'; readonly leaseUntilMs: number })
  | (DeliveryRow & { readonly status: 'completed'; readonly answer?: unknown })
  | (DeliveryRow & { readonly status: 'refused'; readonly reason: string });

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

export function deliveryOf({ event, sequence }: FoldRecord): Delivery {
  const { acceptance } = event;
  const delivery = { id: eventIdKey(event.id), fingerprint: fingerprintOf(event), sequence };
  return acceptance === undefined ? delivery : { ...delivery, acceptance };
}

function fingerprintOf({ type, source, subject, time, data }: CloudEvent): string {
  return contentHash(canonicalJson({ type, source, subject, time, data }));
}

/**
 * The row of a further acceptance of an event that took effect: it is counted as a duplicate once, however often it is
 * delivered.
 */
export function sightingOf(row: DeliveryRow): IdempotencyRow {
  return { ...row, id: `${row.id}~${contentHash(row.acceptance ?? row.sequence)}`, status: 'completed' };
}

/** What a row says about a delivery of its event. `ours`: this very run wrote it, and its answer was lost. */
export type KnownAs = 'ours' | 'redelivered' | 'duplicate' | 'conflicting';

export function knownAs(row: IdempotencyRow, delivery: DeliveryRow): KnownAs {
  if (row.fingerprint !== delivery.fingerprint) return 'conflicting';
  if (row.sequence === delivery.sequence) return row.writer === delivery.writer ? 'ours' : 'redelivered';
  const isCopy = row.acceptance !== undefined && row.acceptance === delivery.acceptance;
  return isCopy ? 'redelivered' : 'duplicate';
}

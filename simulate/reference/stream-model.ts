/** What the records of the stream have to come to: the fate of each, by the rules of the ledger, and every key's state. */

import { canonicalJson } from '../../core/index.ts';
import type { StreamedRecord } from '../evidence/stream-records.ts';
import { type ModelEvent, VisitorModel } from './visitor-model.ts';

/**
 * `copied`: the same acceptance of the event stands in the stream more than once, and was dealt with before.
 * `conflicting`: its id stood for another content before, so it is quarantined.
 */
export type Fate = 'applied' | 'duplicate' | 'copied' | 'conflicting' | 'parked';

interface StreamedEvent extends ModelEvent {
  readonly source: string;
  /** Names the one time that the collector took the event in. */
  readonly acceptance?: string;
}

export interface KeyModel {
  readonly visitor: VisitorModel;
  /** In the order of the stream. */
  readonly fates: readonly { readonly sequence: string; readonly eventId: string; readonly fate: Fate }[];
  readonly isParked: boolean;
}

export interface StreamModel {
  readonly keys: ReadonlyMap<string, KeyModel>;
  /** Records that are no events of ours. */
  readonly unreadable: readonly StreamedRecord[];
  /** Ids of all events in the stream. */
  readonly eventIds: ReadonlySet<string>;
}

interface OpenKey {
  readonly visitor: VisitorModel;
  /** By id: the content first seen under it, and the acceptances. */
  readonly known: Map<string, { readonly content: string; readonly acceptances: Set<string> }>;
  readonly fates: { sequence: string; eventId: string; fate: Fate }[];
  isParked: boolean;
}

/** Goes through the stream in its order. @param validIds ids of the events that keep their contract */
export function modelStream(records: readonly StreamedRecord[], validIds: ReadonlySet<string>): StreamModel {
  const keys = new Map<string, OpenKey>();
  const unreadable: StreamedRecord[] = [];
  const eventIds = new Set<string>();
  for (const record of records) {
    const event = eventOf(record.text);
    if (!event || !validIds.has(event.id)) {
      unreadable.push(record);
      continue;
    }
    eventIds.add(event.id);
    const key = keys.get(event.subject) ?? newKey(event.subject);
    keys.set(event.subject, key);
    key.fates.push({ sequence: record.sequence, eventId: event.id, fate: fateOf(key, event) });
  }
  for (const key of keys.values()) if (!key.isParked) key.visitor.giveUpCart();
  return { keys, unreadable, eventIds };
}

function fateOf(key: OpenKey, event: StreamedEvent): Fate {
  const { acceptance = '' } = event;
  const content = canonicalJson({ ...event, acceptance: '', ingestedtime: '' });
  const known = key.known.get(event.id);
  if (acceptance !== '' && known?.acceptances.has(acceptance)) return 'copied';
  if (known) known.acceptances.add(acceptance);
  else key.known.set(event.id, { content, acceptances: new Set([acceptance]) });
  if (key.isParked) return 'parked';
  if (known) return known.content === content ? 'duplicate' : 'conflicting';
  if (key.visitor.apply(event)) return 'applied';
  key.isParked = true;
  return 'parked';
}

function newKey(subject: string): OpenKey {
  return { visitor: new VisitorModel(subject), known: new Map(), fates: [], isParked: false };
}

function eventOf(text: string): StreamedEvent | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'id' in value ? (value as StreamedEvent) : undefined;
  } catch {
    return undefined;
  }
}

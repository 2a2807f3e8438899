import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type CloudEvent, type FoldItem, type FoldProcessor, messageOf, TerminalError } from '../../core/index.ts';
import { packIds, unpackIds } from './recent-ids-attribute.ts';

/** An item as DynamoDB holds it. */
export type Attributes = Record<string, AttributeValue>;

/** How a fold's items stand in their table. */
export interface FoldItemLayout<State> {
  /** Name of the partition key attribute. */
  readonly keyAttribute: string;
  /** Top-level attributes for indexes. */
  readonly attributes?: FoldProcessor<State>['attributes'];
}

/**
 * The item of a key: `state` and counters as maps, the ids in binary, `outbox` as a list of CloudEvents in JSON (only
 * when this write emits something: its presence in a stream image means "publish"). A parked item is in no index: whoever
 * looks for work there would find it again and again and may not touch it.
 */
export function toAttributes<State>(item: FoldItem<State>, layout: FoldItemLayout<State>): Attributes {
  const { current, previous, sinceMs } = item.recentIds;
  const plain = {
    [layout.keyAttribute]: item.key,
    state: item.state,
    revision: item.revision,
    recentSince: sinceMs,
    counts: item.counts,
    lastSequence: item.lastSequence,
    parked: item.parked,
    outbox: item.outbox.length > 0 ? item.outbox.map(event => JSON.stringify(event)) : undefined,
    recentIds: current.length > 0 ? packIds(current) : undefined,
    earlierIds: previous.length > 0 ? packIds(previous) : undefined,
    ...(item.parked ? {} : layout.attributes?.(item.state)),
  };
  return marshall(plain, { removeUndefinedValues: true });
}

interface StoredItem<State> {
  readonly state: State;
  readonly revision: number;
  readonly recentSince: number;
  readonly counts: FoldItem<State>['counts'];
  readonly lastSequence?: string;
  readonly parked?: FoldItem<State>['parked'];
  readonly outbox?: readonly string[];
  readonly recentIds?: Uint8Array;
  readonly earlierIds?: Uint8Array;
}

/** Reads an item. @throws TerminalError when it is not one, naming its key: damage is never taken for emptiness */
export function fromAttributes<State>(attributes: Attributes, layout: FoldItemLayout<State>): FoldItem<State> {
  const { [layout.keyAttribute]: key, ...stored } = unmarshall(attributes);
  if (typeof key !== 'string' || typeof stored.revision !== 'number' || typeof stored.state !== 'object') {
    throw new TerminalError(`Cannot read item '${key}': must have a key, a state and a revision`);
  }
  try {
    return itemOf(key, stored as StoredItem<State>); // written by toAttributes; what everything rests on was checked
  } catch (error) {
    throw new TerminalError(`Cannot read item '${key}': ${messageOf(error)}`, { cause: error });
  }
}

function itemOf<State>(key: string, item: StoredItem<State>): FoldItem<State> {
  return {
    key,
    state: item.state,
    revision: item.revision,
    recentIds: {
      sinceMs: item.recentSince,
      current: unpackIds(item.recentIds),
      previous: unpackIds(item.earlierIds),
    },
    outbox: (item.outbox ?? []).map(text => JSON.parse(text) as CloudEvent),
    counts: item.counts,
    ...(item.lastSequence === undefined ? {} : { lastSequence: item.lastSequence }),
    ...(item.parked === undefined ? {} : { parked: item.parked }),
  };
}

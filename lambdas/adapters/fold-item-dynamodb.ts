import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import {
  type CloudEvent,
  canonicalJson,
  contentHash,
  type FoldDefinition,
  type FoldItem,
  type FoldProcessor,
  messageOf,
  TerminalError,
} from '../../core/index.ts';
import { packOutbox, unpackOutbox } from './outbox-attribute.ts';
import { isIdPage, packImprints, packRecentIds, unpackImprints, unpackRecentIds } from './recent-ids-attribute.ts';

/** An item as DynamoDB holds it. */
export type Attributes = Record<string, AttributeValue>;

/** How a fold's items stand in their table. */
export interface FoldItemLayout<State> {
  /** Name of the partition key attribute. */
  readonly keyAttribute: string;
  /** Top-level attributes for indexes. */
  readonly attributes?: FoldProcessor<State>['attributes'];
}

/** Where a definition keeps its items' keys. */
const KEY_ATTRIBUTE = 'key';

/** The layout of a definition's items. */
export function foldItemLayout<State, Incoming extends CloudEvent, Setting extends string>({
  keyAttribute = KEY_ATTRIBUTE,
  attributes,
}: FoldDefinition<State, Incoming, Setting>): FoldItemLayout<State> {
  return { keyAttribute, ...(attributes && { attributes }) };
}

/**
 * The item of a key: `state` and counters as maps, the memory in binary, `outbox` as CloudEvents in JSON, deflated (only
 * when this write emits something: its presence in a stream image means "publish"). A parked item is in no index: whoever
 * looks for work there would find it again and again and may not touch it. The `seal` shows a change by another hand.
 */
export function toAttributes<State>(item: FoldItem<State>, layout: FoldItemLayout<State>): Attributes {
  const { parked } = item;
  const sealed = {
    state: item.state,
    revision: item.revision,
    counts: Object.fromEntries(Object.entries(item.counts).filter(([, count]) => count > 0)),
    lastSequence: item.lastSequence,
    parked: parked && { ...parked, imprints: packImprints(parked.imprints) },
    recentIds: packRecentIds(item.recentIds),
  };
  const attributes = marshall(
    {
      [layout.keyAttribute]: item.key,
      ...sealed,
      outbox: item.outbox.length > 0 ? packOutbox(item.outbox) : undefined,
      ...(parked ? {} : layout.attributes?.(item.state)),
    },
    { removeUndefinedValues: true },
  );
  return { ...attributes, seal: { B: Buffer.from(sealOf(item.key, unmarshall(attributes)), 'hex') } };
}

interface StoredItem<State> {
  readonly state: State;
  readonly revision: number;
  readonly counts: Partial<FoldItem<State>['counts']>;
  readonly lastSequence?: string;
  readonly parked?: Omit<NonNullable<FoldItem<State>['parked']>, 'imprints'> & { readonly imprints: Uint8Array };
  readonly outbox?: Uint8Array;
  readonly recentIds?: Uint8Array;
  readonly seal?: Uint8Array;
}

/**
 * Reads an item. @throws TerminalError when it is not one, or was changed by anybody but its processor, naming its key:
 * damage is never taken for emptiness
 */
export function fromAttributes<State>(attributes: Attributes, layout: FoldItemLayout<State>): FoldItem<State> {
  const { [layout.keyAttribute]: key, ...stored } = unmarshall(attributes);
  if (isIdPage(attributes) || typeof key !== 'string' || typeof stored.revision !== 'number' || !isMap(stored.state)) {
    throw new TerminalError(`Cannot read item '${key}': must have a key, a state and a revision`);
  }
  const seal = stored.seal instanceof Uint8Array ? Buffer.from(stored.seal).toString('hex') : 'none';
  if (seal !== sealOf(key, stored)) {
    throw new TerminalError(`Cannot read item '${key}': it was changed by another hand than its processor's`);
  }
  try {
    return itemOf(key, stored as StoredItem<State>); // written by toAttributes, as the seal says
  } catch (error) {
    throw new TerminalError(`Cannot read item '${key}': ${messageOf(error)}`, { cause: error });
  }
}

function isMap(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** 48 bits over all that decides what a next event does. */
function sealOf(key: string, stored: Readonly<Record<string, unknown>>): string {
  const { state, revision, counts, lastSequence, parked, recentIds } = stored;
  const memory = recentIds instanceof Uint8Array ? Buffer.from(recentIds).toString('latin1') : '';
  const text = canonicalJson([key, state, revision, counts, lastSequence, parked]);
  return contentHash(text + memory).slice(0, 12); // JSON says where it ends
}

function itemOf<State>(key: string, item: StoredItem<State>): FoldItem<State> {
  const { parked } = item;
  return {
    key,
    state: item.state,
    revision: item.revision,
    recentIds: unpackRecentIds(item.recentIds),
    outbox: item.outbox ? unpackOutbox(item.outbox).map(text => JSON.parse(text) as CloudEvent) : [],
    counts: { applied: 0, duplicate: 0, parked: 0, quarantined: 0, ...item.counts },
    ...(item.lastSequence === undefined ? {} : { lastSequence: item.lastSequence }),
    ...(parked === undefined ? {} : { parked: { ...parked, imprints: unpackImprints(parked.imprints) } }),
  };
}

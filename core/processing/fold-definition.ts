import { readerCast } from '../contracts/casting/cast-event.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import { defaultFoldLimits, type FoldLimits } from './fold-limits.ts';
import type { Evolved, FoldProcessor } from './fold-processor.ts';
import type { ProcessorIdentity, Settings } from './processor-identity.ts';
import type { RecentIdsLimits } from './recent-ids.ts';

/** A processor that keeps a state for each key: every event is applied to it exactly once, in order. */
export interface FoldDefinition<State, Incoming extends CloudEvent, Setting extends string>
  extends ProcessorIdentity<Incoming, Setting> {
  readonly guarantee: 'fold';
  /** What the events of one key change together, and in order. @default the subject */
  readonly key?: (event: Incoming) => string;
  readonly initialState: (key: string) => State;
  /** Pure. Whatever it throws is terminal for the key: the same event would throw again. */
  readonly evolve: (state: State, event: Incoming, settings: Settings<Setting>) => Evolved<State>;
  /** Top-level attributes of the stored item, for indexes. @default none */
  readonly attributes?: (state: State) => Readonly<Record<string, string | number>>;
  /** Name of the key in the stored item. @default 'key' */
  readonly keyAttribute?: string;
  /** Whether `evolve` emits facts: then they go to the bus. @default false */
  readonly emits?: boolean;
  /** Top-level fields of the state that not only events change, but also a sweeper, by the time that has passed. @default none */
  readonly changedByTime?: readonly string[];
  /** For how long and how many events are remembered against being sent again. @default 24 hours, 4,096 events of a key */
  readonly recentIds?: Partial<Pick<RecentIdsLimits, 'windowMs' | 'limit'>>;
}

/** What infrastructure has to know of a definition. */
export interface AnyFoldDefinition {
  readonly name: string;
  readonly description: string;
  readonly guarantee: 'fold';
  readonly keyAttribute?: string;
  readonly emits?: boolean;
  readonly settings?: readonly string[];
}

/** The processor that a definition describes, with the values of its settings. */
export function foldProcessor<State, Incoming extends CloudEvent, Setting extends string>(
  definition: FoldDefinition<State, Incoming, Setting>,
  settings: Settings<Setting>,
): FoldProcessor<State, Incoming> {
  const { name, accepts, key, initialState, evolve, attributes } = definition;
  const types = new Set(accepts.map(({ type }) => type));
  const cast = readerCast(accepts);
  return {
    name,
    accepts: (event): event is Incoming => types.has(event.type),
    key: key ? event => key(cast(event)) : event => event.subject,
    initialState,
    evolve: (state, event) => evolve(state, cast(event), settings),
    ...(attributes && { attributes }),
  };
}

/** The limits of a definition's folds. */
export function foldLimits({ recentIds }: Pick<FoldDefinition<never, never, never>, 'recentIds'>): FoldLimits {
  return { ...defaultFoldLimits, recentIds: { ...defaultFoldLimits.recentIds, ...recentIds } };
}

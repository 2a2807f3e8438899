import type { EventReader } from './event-reader.ts';
import type { EventProducer } from './rules/event-catalog.ts';

/** Who makes events and who reads them. */
export interface EventFlow {
  /** Of the bus. */
  readonly producers: readonly EventProducer[];
  /** Of the bus: each reads a queue that rules fill. */
  readonly consumers: readonly EventReader[];
  /** Of the stream. */
  readonly processors: readonly DeclaredProcessor[];
}

/** A processor, as far as its definition says what it reads. */
export interface DeclaredProcessor {
  readonly name: string;
  readonly accepts: readonly { readonly type: string }[];
  readonly readsFields?: Readonly<Record<string, readonly string[] | undefined>>;
}

/** A processor as a reader; it reads nothing when it does not say what. */
export function processorAsReader({ name, readsFields = {} }: DeclaredProcessor): EventReader {
  return {
    name,
    readsFields: Object.fromEntries(
      Object.entries(readsFields).flatMap(([type, fields]) => (fields ? [[type, fields]] : [])),
    ),
  };
}

/** Everybody who says what they read. */
export function readersOf({ consumers, processors }: EventFlow): readonly EventReader[] {
  return [...consumers, ...processors.map(processorAsReader)];
}

import type { IConstruct } from 'constructs';
import type { EventReader } from '../../core/index.ts';

const METADATA = 'millrace:reads';

/** What a function reads of events, as far as its definition says so. */
export interface DeclaredReader extends Pick<EventReader, 'name' | 'since'> {
  readonly readsFields?: EventReader['readsFields'];
  /** Of a processor of the stream: the types that it takes. */
  readonly accepts?: readonly string[];
}

/** Writes on a construct what it reads: it is checked when the app is synthesized, and is in the assembly's metadata. */
export function declareReader(construct: IConstruct, reader: DeclaredReader): void {
  construct.node.addMetadata(METADATA, reader);
}

/** What a construct says it reads. */
export function readerOf(construct: IConstruct): DeclaredReader | undefined {
  return construct.node.metadata.find(({ type }) => type === METADATA)?.data as DeclaredReader | undefined; // declareReader alone writes it
}

import type { Journal, Touch } from '../../cloud/journal.ts';
import type { EventSourceMapping } from '../../invoke/event-source-mapping/event-source-mapping.ts';
import { type Checkpoint, Checkpoints } from '../../invoke/event-source-mapping/stream/checkpoints.ts';

type StoredMapping = Omit<EventSourceMapping, 'checkpoints'>;

/** The event source mappings of the account and how far each has come, kept in the journal. */
export class MappingStore {
  readonly #mappings = new Map<string, EventSourceMapping>();
  readonly #journal: Journal;
  readonly #touchMapping: Touch;
  /** Keys are `<uuid>/<key of the checkpoint>`. */
  readonly #touchCheckpoint: Touch;

  constructor(journal: Journal) {
    this.#journal = journal;
    this.#touchMapping = journal.keep<StoredMapping>({
      name: 'lambda/event-source-mappings',
      keys: () => this.#mappings.keys(),
      read: uuid => this.#read(uuid),
      restore: (uuid, stored) => this.#mappings.set(uuid, { ...stored, checkpoints: this.newCheckpoints(uuid) }),
    });
    this.#touchCheckpoint = journal.keep<Checkpoint>({
      name: 'lambda/checkpoints',
      keys: () => this.#checkpointKeys(),
      read: key => this.#checkpointsOf(key)?.read(checkpointKey(key)),
      restore: (key, checkpoint) => this.#checkpointsOf(key)?.restore(checkpointKey(key), checkpoint),
    });
  }

  get all(): Iterable<EventSourceMapping> {
    return this.#mappings.values();
  }

  find(uuid: string): EventSourceMapping | undefined {
    return this.#mappings.get(uuid);
  }

  add(mapping: EventSourceMapping): void {
    this.#mappings.set(mapping.uuid, mapping);
    this.changed(mapping);
    for (const key of mapping.checkpoints.keys()) this.#touchCheckpoint(`${mapping.uuid}/${key}`);
  }

  changed(mapping: EventSourceMapping): void {
    this.#touchMapping(mapping.uuid);
  }

  delete(mapping: EventSourceMapping): void {
    this.#mappings.delete(mapping.uuid);
    this.changed(mapping);
    for (const key of mapping.checkpoints.keys()) this.#touchCheckpoint(`${mapping.uuid}/${key}`);
  }

  newCheckpoints(uuid: string): Checkpoints {
    return this.#journal.durable ? new Checkpoints(key => this.#touchCheckpoint(`${uuid}/${key}`)) : new Checkpoints();
  }

  #read(uuid: string): StoredMapping | undefined {
    const mapping = this.#mappings.get(uuid);
    if (!mapping) return undefined;
    const { checkpoints: _, ...stored } = mapping;
    return stored;
  }

  #checkpointsOf(key: string): Checkpoints | undefined {
    return this.#mappings.get(key.slice(0, key.indexOf('/')))?.checkpoints;
  }

  *#checkpointKeys(): Iterable<string> {
    for (const { uuid, checkpoints } of this.#mappings.values()) {
      for (const key of checkpoints.keys()) yield `${uuid}/${key}`;
    }
  }
}

function checkpointKey(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

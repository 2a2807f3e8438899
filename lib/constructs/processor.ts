import { Construct } from 'constructs';
import {
  type AnyExternalDefinition,
  type AnyFoldDefinition,
  type AnyTransactDefinition,
  processorAsReader,
  settingVariable,
} from '../../core/index.ts';
import type { MillraceConfig } from '../config.ts';
import { resourceName } from '../names.ts';
import { claimCheckBucket, eventBus, eventStream, quarantineBucket } from '../references.ts';
import { grantPutObjects } from './audited-bucket.ts';
import { declareReader } from './event-reader.ts';
import { EventTable } from './event-table.ts';
import type { HandlerBundles } from './handler-bundles.ts';
import { HandlerFunction } from './handler-function.ts';
import { rememberEvents } from './idempotency-tables.ts';
import { OutboxPublisher } from './outbox-publisher.ts';
import { letReadSchemas } from './schema-readers.ts';
import { StreamConsumer } from './stream-consumer.ts';

/** A definition that a processor can be made of. */
export type AnyDefinition = (AnyFoldDefinition | AnyTransactDefinition | AnyExternalDefinition) & {
  readonly accepts: readonly { readonly type: string }[];
  readonly readsFields?: Readonly<Record<string, readonly string[] | undefined>>;
};

export interface ProcessorProps<Definition extends AnyDefinition> {
  readonly config: MillraceConfig;
  readonly bundles: HandlerBundles;
  /** What `defineProcessor` gave; the handler is in `lambdas/<its name>/`. */
  readonly definition: Definition;
  /** A value for each setting of the definition. */
  readonly settings: Readonly<Record<SettingOf<Definition>, number>>;
  /** A table for each that the definition names. */
  readonly tables: Readonly<Record<TableOf<Definition>, EventTable>>;
  /** Where the states are; of a processor without states, the keys that were parked. @default a table `<name>-state`, with a publisher for its facts if the definition emits any */
  readonly table?: EventTable;
  /** Where the events of parked keys wait. @default a table `<name>-parked` */
  readonly parked?: EventTable;
  /** @default 512 */
  readonly memoryMb?: number;
}

/** The names of a definition's settings. */
export type SettingOf<Definition extends AnyDefinition> = Definition extends {
  readonly settings?: readonly (infer Setting extends string)[];
}
  ? Setting
  : never;

/** The names of the tables that a definition of transactions uses. */
export type TableOf<Definition extends AnyDefinition> = Definition extends {
  readonly tables: Readonly<Record<infer Table extends string, unknown>>;
}
  ? Table
  : never;

/**
 * A processor of the event stream, as its definition says: the function and what feeds it, the table of its states or of the
 * events that it remembers, the lanes of parked keys, the queue of what was given up, and no right that it does not need. Its errors, throttles, lag, failures,
 * parked keys and quarantined events are alarmed, because the operations stack finds it; that every event that it should have taken
 * is accounted for is checked, because the ledger stack finds it.
 *
 * A batch that fails is cut in two until the bad record stands alone, and only what failed is delivered again; what keeps
 * failing, a handler that never returns included, ends in the queue `<name>-failures` when it is too old.
 */
export class Processor<const Definition extends AnyDefinition = AnyDefinition> extends Construct {
  /** The definition's name: what the processor counts under. */
  readonly hop: string;
  /** The types of the events that it takes. */
  readonly types: readonly string[];
  /** The queue of what was given up, by its plain physical name. */
  readonly failures: string;
  readonly handler: HandlerFunction;
  /** The table of its states, for queries; of a processor without states, the keys that were parked. */
  readonly table: EventTable;

  constructor(scope: Construct, id: string, props: ProcessorProps<Definition>) {
    super(scope, id);
    const { config, bundles, definition } = props;
    this.hop = definition.name;
    this.types = definition.accepts.map(({ type }) => type);
    this.table = props.table ?? this.#makeTable(props);
    const parked = props.parked ?? this.#makeLanes(props);
    const quarantine = quarantineBucket(this, config);
    this.handler = new HandlerFunction(this, 'Default', {
      config,
      bundles,
      handler: definition.name,
      description: definition.description,
      memoryMb: props.memoryMb ?? 512,
      environment: {
        STATE_TABLE: this.table.tableName,
        PARKED_TABLE: parked.tableName,
        QUARANTINE_BUCKET: quarantine.bucketName,
        ...environmentOf(props.settings),
      },
    });
    const { name, readsFields } = processorAsReader(definition);
    declareReader(this.handler, { name, accepts: this.types, ...(definition.readsFields && { readsFields }) });
    this.table.grantItems(this.handler, 'BatchGetItem', 'PutItem');
    // to park; to drain and list; to say what became of records
    parked.grantItems(this.handler, 'PutItem', 'Query', 'Scan', 'DeleteItem', 'BatchGetItem');
    letReadSchemas(this.handler, config);
    grantPutObjects(this.handler, {
      bucket: quarantine,
      prefix: 'quarantine/',
      reason: 'One object per quarantined event, its key made from day and event id; put is the only action.',
    });
    if (definition.guarantee !== 'fold') {
      rememberEvents(this, { config, bundles, definition, handler: this.handler, tables: props.tables });
    }
    const failures = `${definition.name}-failures`;
    this.failures = resourceName(config, failures);
    new StreamConsumer(this, 'Events', {
      config,
      source: { stream: eventStream(this, config) },
      handler: this.handler,
      failures,
    });
  }

  #makeTable({ config, bundles, definition }: ProcessorProps<Definition>): EventTable {
    const { name } = definition;
    const { keyAttribute = 'key', emits = false } = definition.guarantee === 'fold' ? definition : {};
    const partitionKey = [keyAttribute, 'S'] as const;
    const table = new EventTable(this, 'State', {
      config,
      name: `${name}-state`,
      partitionKey,
      outbox: emits,
      busy: definition.guarantee === 'fold',
    });
    if (emits) {
      const bus = eventBus(this, config);
      const claimChecks = claimCheckBucket(this, config);
      new OutboxPublisher(this, 'Publisher', { config, bundles, domain: name, table, bus, claimChecks });
    }
    return table;
  }

  #makeLanes({ config, definition }: ProcessorProps<Definition>): EventTable {
    return new EventTable(this, 'Parked', {
      config,
      name: `${definition.name}-parked`,
      partitionKey: ['lane', 'S'],
      sortKey: ['sequence', 'S'],
    });
  }
}

function environmentOf(settings: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [settingVariable(name), String(value)]));
}

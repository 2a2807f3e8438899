import { Stack, Tags } from 'aws-cdk-lib';
import type { HttpMethod, IHttpApiRef } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import type { EventReader } from '../../core/index.ts';
import type { MillraceConfig, QueueBatching } from '../config.ts';
import { grantGetObjects, grantPutObjects } from '../constructs/audited-bucket.ts';
import { declareReader } from '../constructs/event-reader.ts';
import { EventTable, type EventTableProps } from '../constructs/event-table.ts';
import { FactConsumer } from '../constructs/fact-consumer.ts';
import type { HandlerBundles } from '../constructs/handler-bundles.ts';
import { HandlerFunction, type HandlerFunctionProps } from '../constructs/handler-function.ts';
import { HandlerRoute } from '../constructs/handler-route.ts';
import {
  type AnyDefinition,
  Processor,
  type ProcessorProps,
  type SettingOf,
  type TableOf,
} from '../constructs/processor.ts';
import { consumeQueue } from '../constructs/queue-consumer.ts';
import { letReadSchemas } from '../constructs/schema-readers.ts';
import { resourceName } from '../names.ts';
import { claimCheckBucket, quarantineBucket, subscriptionQueue } from '../references.ts';

export interface MillraceStackProps {
  readonly config: MillraceConfig;
  readonly bundles: HandlerBundles;
}

/**
 * What every stack of the app shares: its name, where it is deployed, its tags, its protection in production; and short
 * ways to make what most stacks make, with the configuration already filled in.
 */
export abstract class MillraceStack extends Stack {
  protected readonly config: MillraceConfig;
  protected readonly bundles: HandlerBundles;

  /** @param purpose what the stack is for, with its name: `ingestion: events in` */
  constructor(scope: Construct, purpose: `${string}: ${string}`, { config, bundles }: MillraceStackProps) {
    const name = purpose.slice(0, purpose.indexOf(':'));
    super(scope, resourceName(config, name), {
      description: `Millrace ${config.stage}, ${purpose}`,
      env: {
        ...(config.account === undefined ? {} : { account: config.account }),
        ...(config.region === undefined ? {} : { region: config.region }),
      },
      terminationProtection: config.retainData,
    });
    this.config = config;
    this.bundles = bundles;
    Tags.of(this).add('application', 'millrace');
    Tags.of(this).add('stage', config.stage);
  }

  protected table(id: string, props: Omit<EventTableProps, 'config'>): EventTable {
    return new EventTable(this, id, { config: this.config, ...props });
  }

  protected handler(id: string, props: Omit<HandlerFunctionProps, 'config' | 'bundles'>): HandlerFunction {
    return new HandlerFunction(this, id, { config: this.config, bundles: this.bundles, ...props });
  }

  /** A processor of the event stream; its settings, if it has any, and what it is not to make itself, in `props`. */
  protected processor<const Definition extends AnyDefinition>(
    id: string,
    definition: Definition,
    ...[props]: ProcessorWiring<Definition>
  ): Processor<Definition> {
    // none where none is needed
    const given = { settings: {}, tables: {}, ...props } as Pick<ProcessorProps<Definition>, 'settings' | 'tables'>;
    return new Processor(this, id, { config: this.config, bundles: this.bundles, definition, ...given });
  }

  protected route(id: string, props: RouteProps): void {
    new HandlerRoute(this, id, { config: this.config, ...props });
  }

  /**
   * Feeds a handler from the queue of a subscription of the routing stack, and has what it consumes compared by the ledger: it
   * enters its facts there. It may fetch what was too large for the bus: the
   * bucket is in `CLAIM_CHECK_BUCKET`.
   */
  protected subscribe(handler: HandlerFunction, { reads, queue, batching = this.config.queue }: Subscribed): void {
    declareReader(handler, reads);
    const bucket = claimCheckBucket(handler, this.config);
    handler.function.addEnvironment('CLAIM_CHECK_BUCKET', bucket.bucketName);
    grantGetObjects(handler, {
      bucket,
      prefix: 'claim-check/',
      reason: 'One object per event that was too large for the bus, its key in the event; get is the only action.',
    });
    letReadSchemas(handler, this.config);
    consumeQueue({ queue: subscriptionQueue(this, this.config, queue), handler, batching });
    new FactConsumer(handler, `Facts-${queue}`, { handler, queue: resourceName(this.config, queue) });
  }

  /** Lets a consumer quarantine what it must not consume: the bucket is in `QUARANTINE_BUCKET`. */
  protected letQuarantine(handler: HandlerFunction): void {
    const bucket = quarantineBucket(handler, this.config);
    handler.function.addEnvironment('QUARANTINE_BUCKET', bucket.bucketName);
    grantPutObjects(handler, {
      bucket,
      prefix: 'quarantine/',
      reason: 'One object per quarantined event, its key made from day and event id; put is the only action.',
    });
  }
}

type Given = 'config' | 'bundles' | 'definition';
type Needed<Definition extends AnyDefinition> =
  | ([SettingOf<Definition>] extends [never] ? never : 'settings')
  | ([TableOf<Definition>] extends [never] ? never : 'tables');
type Wired<Definition extends AnyDefinition> = Partial<Omit<ProcessorProps<Definition>, Given>> &
  Pick<ProcessorProps<Definition>, Needed<Definition>>;

/** A definition without settings and tables needs no wiring at all. */
type ProcessorWiring<Definition extends AnyDefinition> = [Needed<Definition>] extends [never]
  ? [props?: Wired<Definition>]
  : [props: Wired<Definition>];

interface Subscribed {
  /** What it reads of the events in the queue. */
  readonly reads: EventReader;
  readonly queue: string;
  /** @default as the configuration has it */
  readonly batching?: QueueBatching;
}

interface RouteProps {
  readonly api: IHttpApiRef;
  readonly method: HttpMethod;
  readonly path: string;
  readonly handler: HandlerFunction;
  readonly openBecause?: string;
}

import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';
import { quarantineBucket } from '../references.ts';
import { grantPutObjects } from './audited-bucket.ts';
import type { EventTable } from './event-table.ts';
import type { HandlerBundles } from './handler-bundles.ts';
import { HandlerFunction } from './handler-function.ts';
import { letReadSchemas } from './schema-readers.ts';
import { StreamConsumer } from './stream-consumer.ts';

export interface OutboxPublisherProps {
  readonly config: MillraceConfig;
  readonly bundles: HandlerBundles;
  /** Whose outbox it is; part of the function's name. */
  readonly domain: string;
  /** A table with an outbox. */
  readonly table: EventTable;
  readonly bus: IEventBus;
  /** Where an event goes that is too large for the bus. */
  readonly claimChecks: IBucket;
}

/**
 * Carries the events that a table's items hold to the bus. Each outbox has a publisher of its own, so that a backlog or a
 * failure in one domain does not delay another.
 */
export class OutboxPublisher extends Construct {
  /** The function's physical name. */
  readonly functionName: string;
  /** The table's physical name. */
  readonly outbox: string;

  constructor(scope: Construct, id: string, props: OutboxPublisherProps) {
    super(scope, id);
    const { config, bundles, bus, claimChecks } = props;
    const quarantine = quarantineBucket(this, config);
    const handler = new HandlerFunction(this, 'Handler', {
      config,
      bundles,
      handler: 'outbox-publisher',
      name: `outbox-publisher-${props.domain}`,
      description: `Publishes the events of domain ${props.domain} from its outbox to the bus`,
      environment: {
        EVENT_BUS_NAME: bus.eventBusName,
        CLAIM_CHECK_BUCKET: claimChecks.bucketName,
        OUTBOX_TABLE: props.table.tableName,
        QUARANTINE_BUCKET: quarantine.bucketName,
      },
    });
    this.functionName = handler.name;
    this.outbox = props.table.plainName;
    props.table.grantItems(handler, 'Scan'); // to catch up, when the change stream was not read for longer than it lasts
    bus.grantPutEventsTo(handler);
    letReadSchemas(handler, config);
    grantPutObjects(handler, {
      bucket: quarantine,
      prefix: 'quarantine/',
      reason:
        'One object per fact that its schema refuses, its key made from day and event id; put is the only action.',
    });
    for (const prefix of ['claim-check/', 'unpublishable/']) {
      const reason =
        'One object per event that the bus cannot take, its key made from the event id; put is the only action.';
      grantPutObjects(handler, { bucket: claimChecks, prefix, reason });
    }
    new StreamConsumer(this, 'Outbox', {
      config,
      source: { table: props.table },
      handler,
      failures: `outbox-publisher-${props.domain}-failures`,
    });
  }
}

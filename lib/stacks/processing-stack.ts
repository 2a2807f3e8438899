import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import { salesProjector } from '../../domains/behaviour/consumers/sales-projector.ts';
import { sessionProfile } from '../../domains/behaviour/processors/session-profile-processor.ts';
import { DEAD_LETTER_DAYS } from '../constructs/dead-letter-queue.ts';
import type { EventTable } from '../constructs/event-table.ts';
import { FunctionSchedule } from '../constructs/function-schedule.ts';
import { OutboxPublisher } from '../constructs/outbox-publisher.ts';
import { claimCheckBucket, eventBus, httpApi, NAMES } from '../references.ts';
import { MillraceStack, type MillraceStackProps } from './millrace-stack.ts';

const OPEN_CARTS_INDEX = 'open-carts';

/**
 * Events become state: the behaviour domain. The processor folds the stream into session profiles, the outbox publishes the
 * facts that follow, the projector turns purchases into daily sales, and two queries answer from the tables.
 */
export class ProcessingStack extends MillraceStack {
  constructor(scope: Construct, props: MillraceStackProps) {
    super(scope, 'processing: behaviour events become session profiles, facts and daily sales', props);
    const profiles = this.table('SessionProfiles', {
      name: 'session-profiles',
      partitionKey: ['visitorId', 'S'],
      outbox: true,
      busy: true,
      index: { name: OPEN_CARTS_INDEX, partitionKey: ['openCartBucket', 'S'], sortKey: ['cartIdleAt', 'N'] },
    });
    const sales = this.table('DailySales', { name: 'daily-sales', partitionKey: ['day', 'S'] });
    this.#foldSessions(profiles);
    this.#sweepCarts(profiles);
    this.#publishFacts(profiles);
    this.#projectSales(sales);
    this.#answerQueries({ profiles, sales });
  }

  #foldSessions(profiles: EventTable): void {
    const { behaviour } = this.config;
    const parked = this.table('ParkedEvents', {
      name: 'parked-events',
      partitionKey: ['lane', 'S'],
      sortKey: ['sequence', 'S'],
    });
    const { sessionGapMinutes } = behaviour;
    this.processor('SessionProfile', sessionProfile, { settings: { sessionGapMinutes }, table: profiles, parked });
  }

  #sweepCarts(profiles: EventTable): void {
    const sweeper = this.handler('CartSweeper', {
      handler: 'cart-sweeper',
      description: 'Finds the carts that have been idle for too long and records that they were abandoned',
      environment: {
        STATE_TABLE: profiles.tableName,
        OPEN_CARTS_INDEX,
        CART_ABANDONED_AFTER_MINUTES: String(this.config.behaviour.cartAbandonedAfterMinutes),
      },
    });
    profiles.grantQueryIndex(sweeper, OPEN_CARTS_INDEX);
    profiles.grantItems(sweeper, 'BatchGetItem', 'PutItem');
    new FunctionSchedule(this, 'CartSweeperSchedule', {
      config: this.config,
      name: 'cart-sweeper',
      description: 'Looks for abandoned carts',
      expression: 'rate(1 minute)',
      handler: sweeper,
    });
  }

  #publishFacts(profiles: EventTable): void {
    new OutboxPublisher(this, 'Publisher', {
      config: this.config,
      bundles: this.bundles,
      domain: 'behaviour',
      table: profiles,
      bus: eventBus(this, this.config),
      claimChecks: claimCheckBucket(this, this.config),
    });
  }

  #projectSales(sales: EventTable): void {
    const idempotency = this.table('Idempotency', { name: 'idempotency', partitionKey: ['id', 'S'] });
    const projector = this.handler('SalesProjector', {
      handler: 'sales-projector',
      description: 'Adds each purchase once to the sales of its day',
      environment: {
        SALES_TABLE: sales.tableName,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        // A replay of the archive or a redrive must still find what was counted.
        IDEMPOTENCY_DAYS: String(Math.max(this.config.archiveRetentionDays, DEAD_LETTER_DAYS) + 1),
      },
    });
    sales.grantItems(projector, 'UpdateItem');
    idempotency.grantItems(projector, 'BatchGetItem', 'PutItem');
    this.letQuarantine(projector);
    this.subscribe(projector, {
      reads: salesProjector,
      queue: NAMES.salesProjection,
      batching: this.config.aggregation,
    });
  }

  #answerQueries({ profiles, sales }: { readonly profiles: EventTable; readonly sales: EventTable }): void {
    const api = httpApi(this, this.config);
    const visitorQuery = this.handler('VisitorQuery', {
      handler: 'visitor-query',
      description: 'Answers with the profile of one visitor',
      environment: { STATE_TABLE: profiles.tableName },
    });
    profiles.grantItems(visitorQuery, 'GetItem');
    this.route('GetVisitor', { api, method: HttpMethod.GET, path: '/visitors/{id}', handler: visitorQuery });

    const salesQuery = this.handler('SalesQuery', {
      handler: 'sales-query',
      description: 'Answers with the sales of some days',
      environment: { SALES_TABLE: sales.tableName },
    });
    sales.grantItems(salesQuery, 'Scan');
    this.route('GetSales', { api, method: HttpMethod.GET, path: '/sales', handler: salesQuery });
  }
}

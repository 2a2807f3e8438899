import { CfnOutput } from 'aws-cdk-lib';
import { HttpMethod, type IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { sagaStarter } from '../../domains/travel/consumers/saga-starter.ts';
import { tripProjector } from '../../domains/travel/consumers/trip-projector.ts';
import type { EventTable, EventTableProps, ItemAction } from '../constructs/event-table.ts';
import type { HandlerFunction } from '../constructs/handler-function.ts';
import { OutboxPublisher } from '../constructs/outbox-publisher.ts';
import { Workflow } from '../constructs/workflow.ts';
import { claimCheckBucket, eventBus, httpApi, NAMES } from '../references.ts';
import { MillraceStack, type MillraceStackProps } from './millrace-stack.ts';

/**
 * The travel domain: a command records that a booking is wanted, a saga books it or undoes what it did, a projection tells
 * how it stands. The three services that the saga calls have tables of their own.
 */
export class SagasStack extends MillraceStack {
  constructor(scope: Construct, props: MillraceStackProps) {
    super(scope, 'sagas: trip bookings as sagas', props);
    const tripEvents = this.table('TripEvents', {
      name: 'trip-events',
      partitionKey: ['tripId', 'S'],
      sortKey: ['version', 'N'],
      outbox: true,
    });
    const api = httpApi(this, this.config);
    const bus = eventBus(this, this.config);
    this.#takeCommands(api, tripEvents);
    this.#publishFacts(tripEvents, bus);
    this.#startSagas(this.#makeWorkflow(tripEvents, bus));
    this.#projectTrips(api);
  }

  #takeCommands(api: IHttpApi, tripEvents: EventTable): void {
    const command = this.handler('BookingCommand', {
      handler: 'booking-command',
      description: 'Records that a trip is to be booked',
      environment: { TRIP_EVENTS_TABLE: tripEvents.tableName },
    });
    tripEvents.grantItems(command, 'PutItem', 'Query');
    this.route('PostTrips', { api, method: HttpMethod.POST, path: '/trips', handler: command });
  }

  #publishFacts(tripEvents: EventTable, bus: IEventBus): void {
    new OutboxPublisher(this, 'Publisher', {
      config: this.config,
      bundles: this.bundles,
      domain: 'travel',
      table: tripEvents,
      bus,
      claimChecks: claimCheckBucket(this, this.config),
    });
  }

  #makeWorkflow(tripEvents: EventTable, bus: IEventBus): StateMachine {
    const inventory = this.#service('Inventory', {
      does: 'Holds seats and rooms for a trip, or releases them',
      table: { name: 'inventory', partitionKey: ['itemId', 'S'], sortKey: ['entry', 'S'] },
      actions: ['GetItem', 'PutItem', 'UpdateItem'],
    });
    const payment = this.#service('Payment', {
      does: 'Authorises, captures or voids the payment of a trip',
      table: { name: 'payments', partitionKey: ['tripId', 'S'] },
      actions: ['GetItem', 'PutItem', 'UpdateItem'],
    });
    const notification = this.#service('Notification', {
      does: 'Tells the traveller how the booking ended',
      table: { name: 'notifications', partitionKey: ['notificationId', 'S'] },
      actions: ['PutItem'],
    });
    const { stateMachine } = new Workflow(this, 'TripBooking', {
      config: this.config,
      name: 'trip-booking',
      comment: 'Reserves, takes the payment, confirms; on any failure undoes what was done, last first',
      substitutions: {
        InventoryFunctionArn: inventory.function.functionArn,
        PaymentFunctionArn: payment.function.functionArn,
        NotificationFunctionArn: notification.function.functionArn,
        TripEventsTableName: tripEvents.tableName,
        EventBusName: bus.eventBusName,
      },
    });
    for (const step of [inventory, payment, notification]) step.grantInvoke(stateMachine);
    tripEvents.grantItems(stateMachine, 'GetItem', 'PutItem');
    bus.grantPutEventsTo(stateMachine);
    new CfnOutput(this, 'StateMachineArn', { value: stateMachine.stateMachineArn });
    return stateMachine;
  }

  /** A step of the saga with the table that is its own: `inventory` finds its table in `INVENTORY_TABLE`, and so on. */
  #service(id: string, service: SagaService): HandlerFunction {
    const table = this.table(`${id}Table`, service.table);
    const handler = this.handler(id, {
      handler: id.toLowerCase(),
      description: service.does,
      environment: { [`${service.table.name.toUpperCase()}_TABLE`]: table.tableName },
    });
    table.grantItems(handler, ...service.actions);
    return handler;
  }

  #startSagas(stateMachine: StateMachine): void {
    const starter = this.handler('SagaStarter', {
      handler: 'saga-starter',
      description: 'Starts one saga per requested booking',
      environment: { STATE_MACHINE_ARN: stateMachine.stateMachineArn },
    });
    stateMachine.grantStartExecution(starter);
    this.subscribe(starter, { reads: sagaStarter, queue: NAMES.tripBookings });
  }

  #projectTrips(api: IHttpApi): void {
    const trips = this.table('Trips', { name: 'trips', partitionKey: ['tripId', 'S'] });
    const projector = this.handler('TripProjector', {
      handler: 'trip-projector',
      description: 'Keeps how each trip stands',
      environment: { TRIPS_TABLE: trips.tableName },
    });
    trips.grantItems(projector, 'UpdateItem');
    this.letQuarantine(projector);
    this.subscribe(projector, { reads: tripProjector, queue: NAMES.tripProjection });

    const query = this.handler('TripQuery', {
      handler: 'trip-query',
      description: 'Answers how one trip stands',
      environment: { TRIPS_TABLE: trips.tableName },
    });
    trips.grantItems(query, 'GetItem');
    this.route('GetTrip', { api, method: HttpMethod.GET, path: '/trips/{id}', handler: query });
  }
}

interface SagaService {
  readonly does: string;
  readonly table: Omit<EventTableProps, 'config'>;
  /** What it does to the items of its table. */
  readonly actions: readonly ItemAction[];
}

import { CfnOutput, Duration } from 'aws-cdk-lib';
import { Archive, EventBus, EventField, Match, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { behaviourEventTypes } from '../../domains/behaviour/events/event-types.ts';
import { travelEventTypes } from '../../domains/travel/events/event-types.ts';
import { AuditedBucket } from '../constructs/audited-bucket.ts';
import { DEAD_LETTER_DAYS } from '../constructs/dead-letter-queue.ts';
import { EventSubscription, type EventSubscriptionProps } from '../constructs/event-subscription.ts';
import { resourceName } from '../names.ts';
import { busName, NAMES } from '../references.ts';
import { MillraceStack, type MillraceStackProps } from './millrace-stack.ts';

/**
 * The bus, its archive, and who receives what: one subscription per interest, each with its queues. It depends on nobody;
 * consumers find their queue by name, and may come and go.
 */
export class RoutingStack extends MillraceStack {
  readonly #bus: EventBus;

  constructor(scope: Construct, props: MillraceStackProps) {
    super(scope, 'routing: the event bus, its rules, queues and archive', props);
    const { config } = this;
    this.#bus = new EventBus(this, 'Bus', {
      eventBusName: busName(config),
      description: 'Facts of every domain; detail is the whole CloudEvent',
    });
    new Archive(this, 'Archive', {
      sourceEventBus: this.#bus,
      archiveName: resourceName(config, 'facts'),
      description: 'Every fact of the behaviour and travel domains, for replay',
      eventPattern: { detailType: Match.anyOf(Match.prefix('behaviour.'), Match.prefix('travel.')) },
      retention: Duration.days(config.archiveRetentionDays),
    });
    new AuditedBucket(this, 'ClaimChecks', {
      config,
      name: NAMES.claimChecks,
      expireAfterDays: config.archiveRetentionDays + DEAD_LETTER_DAYS, // for as long as somebody may still hold the check
    });
    this.#routeBehaviour();
    this.#routeTravel();
    new CfnOutput(this, 'EventBusName', { value: this.#bus.eventBusName });
  }

  #routeBehaviour(): void {
    const { largePurchaseMilli, cartReminderMilli } = this.config.behaviour;
    this.#deliver('Purchases', {
      rule: 'purchases',
      queue: NAMES.salesProjection,
      description: 'Every purchase, for the daily sales',
      pattern: { detailType: [behaviourEventTypes.purchaseMade] },
    });
    this.#deliver('LargePurchases', {
      rule: 'large-purchases',
      queue: 'large-purchases',
      description: `Purchases of ${largePurchaseMilli / 1000} or more, in a few words, for people`,
      pattern: {
        detailType: [behaviourEventTypes.purchaseMade],
        detail: { data: { amountMilli: Match.greaterThanOrEqual(largePurchaseMilli) } },
      },
      message: inFewWords('large-purchase', ['product', 'quantity', 'amountMilli', 'currency']),
    });
    this.#deliver('AbandonedCarts', {
      rule: 'abandoned-carts',
      queue: 'abandoned-carts',
      description: `Carts worth ${cartReminderMilli / 1000} or more that were left behind, in a few words, for a reminder`,
      pattern: {
        detailType: [behaviourEventTypes.cartAbandoned],
        detail: { data: { amountMilli: Match.greaterThanOrEqual(cartReminderMilli) } },
      },
      message: inFewWords('abandoned-cart', ['cartId', 'products', 'amountMilli', 'currency', 'idleSince']),
    });
  }

  #routeTravel(): void {
    this.#deliver('TripBookings', {
      rule: 'trip-booking-requested',
      queue: NAMES.tripBookings,
      description: 'Requested bookings, each of which starts a saga',
      pattern: { detailType: [travelEventTypes.bookingRequested] },
    });
    this.#deliver('TripFacts', {
      rule: 'trip-facts',
      queue: NAMES.tripProjection,
      description: 'Everything that happens to a trip, for the trip read model',
      pattern: { detailType: Match.prefix('travel.trip.') },
    });
  }

  #deliver(id: string, subscription: Omit<EventSubscriptionProps, 'config' | 'bus'>): void {
    new EventSubscription(this, id, { config: this.config, bus: this.#bus, ...subscription });
  }
}

/** A flat message for a person: what it is about, who, when, and the named members of the fact's data. */
function inFewWords(kind: string, members: readonly string[]): RuleTargetInput {
  return RuleTargetInput.fromObject({
    kind,
    eventId: EventField.fromPath('$.detail.id'),
    at: EventField.fromPath('$.detail.time'),
    visitorId: EventField.fromPath('$.detail.data.visitorId'),
    ...Object.fromEntries(members.map(member => [member, EventField.fromPath(`$.detail.data.${member}`)])),
  });
}

/** The whole platform under a fault plan, traffic whose outcome is known beforehand, and the accounts at the end. */
import { seedInventory } from '../../cli/demo/seed-inventory.ts';
import { type Flow, outstanding, sagasOutstanding } from '../../cli/flow.ts';
import { getJson, postJson } from '../../cli/http-client.ts';
import { type Platform, startPlatform } from '../../cli/platform.ts';
import { newUlid, seededRandom } from '../../core/index.ts';
import { demoFlights, demoHotels, soldOutHotel } from '../../domains/travel/demo/inventory-stock.ts';
import { flightItem } from '../../domains/travel/saga/inventory.ts';
import { DECLINED_TOKEN } from '../../domains/travel/saga/payment.ts';
import type { FaultPlan } from '../../local/index.ts';
import { eventually } from './eventually.ts';

export type FaultRules = FaultPlan['rules'];

/**
 * What fails is to come back soon: the template's three minutes are right for AWS and long for a test. A drainer that
 * waits for a busy stream takes longer than other consumers.
 */
const VISIBILITY_SECONDS = 3;
const OVERFLOW_VISIBILITY_SECONDS = 10;
/** How often a producer sends what it was told to send again. */
const TRIES = 20;
const PAUSE_MS = 100;
const LIMIT_MS = 90_000;
const START_MS = Date.parse('2026-01-05T08:00:00Z');
const AMOUNT_MILLI = 12_345;
const STOCK = 1_000_000;

/** Starts the platform, lets the plan loose on it, and ends it. */
export async function withFaults<Result>(
  rules: FaultRules,
  use: (faulty: FaultyPlatform) => Promise<Result>,
): Promise<Result> {
  const platform = await startPlatform({ port: 0, seed: 11, faults: { seed: 11, rules }, report: () => {} });
  try {
    const { QueueUrls } = await platform.aws<{ QueueUrls: string[] }>('sqs', 'ListQueues', {});
    for (const QueueUrl of QueueUrls) {
      const seconds = QueueUrl.endsWith('-overflow.fifo') ? OVERFLOW_VISIBILITY_SECONDS : VISIBILITY_SECONDS;
      const Attributes = { VisibilityTimeout: String(seconds) };
      await platform.aws('sqs', 'SetQueueAttributes', { QueueUrl, Attributes });
    }
    return await use(new FaultyPlatform(platform));
  } finally {
    await platform.close();
  }
}

/** What was sent and accepted, by what has to become of it. */
export interface Sent {
  /** Different valid events. */
  readonly applied: number;
  /** Purchases among them. */
  readonly purchases: number;
  /** Events that were sent a second time. */
  readonly duplicates: number;
  readonly quarantined: number;
}

/** The collector's answer for one event. */
interface EventAnswer {
  readonly index: number;
  readonly status: string;
  readonly problem?: { readonly status?: number };
}

export class FaultyPlatform {
  readonly platform: Platform;
  readonly #sinceMs = Date.now();
  readonly #random = seededRandom(5);

  constructor(platform: Platform) {
    this.platform = platform;
  }

  /** How often the rule of that name struck. */
  struck(name: string): number {
    return this.platform.injected.filter(({ rule }) => rule === name).length;
  }

  /** Visits that view a page, buy twice and send the second purchase again; `invalid` of them also send nonsense. */
  async sendVisits({ visitors, invalid = 0 }: { visitors: number; invalid?: number }): Promise<Sent> {
    for (let from = 0; from < visitors; from += 10) {
      const batch: unknown[] = [];
      for (let visitor = from; visitor < Math.min(visitors, from + 10); visitor++) {
        batch.push(...this.#visit(visitor), ...(visitor < invalid ? [this.#event(visitor, 9, 'page.viewed', {})] : []));
      }
      await this.#sendUntilTaken(batch);
    }
    return { applied: 3 * visitors, purchases: 2 * visitors, duplicates: visitors, quarantined: invalid };
  }

  /** As a producer does: what is answered with 503 is sent again, the rest is not. */
  async #sendUntilTaken(batch: readonly unknown[]): Promise<void> {
    let open = batch;
    for (let attempt = 1; open.length > 0; attempt++) {
      const headers = { 'millrace-backfill': 'true' };
      const url = `${this.platform.apiUrl}/events?onInvalid=quarantine`;
      const reply = await postJson(url, JSON.stringify(open), { headers, attempts: 1 });
      const { results } = reply.body as { results?: readonly EventAnswer[] };
      const refused = results?.filter(({ status }) => status === 'refused');
      if (!refused?.every(({ problem }) => problem?.status === 503) || attempt > TRIES)
        throw new Error(`Cannot send: ${reply.status} ${JSON.stringify(reply.body).slice(0, 500)}`);
      open = refused.map(({ index }) => open[index]);
      if (open.length > 0) await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** Bookings of one flight, two seats each; of every five one is declined and one wants a hotel that is full. */
  async sendBookings(count: number): Promise<readonly { tripId: string; confirmed: boolean }[]> {
    await seedInventory(this.platform.aws, this.platform.inventoryTable);
    const trips = Array.from({ length: count }, (_, i) => ({ tripId: `trip-fault-${i}`, kind: i % 5 }));
    for (const { tripId, kind } of trips) {
      const body = {
        tripId,
        traveller: 'Ada Byron',
        flight: { flightNumber: demoFlights[0], seats: 2 },
        hotel: { hotelId: kind === 1 ? soldOutHotel : demoHotels[0], nights: 1, rooms: 1 },
        price: { amountMinor: 90_000, currency: 'EUR' },
        paymentToken: kind === 0 ? DECLINED_TOKEN : 'tok_visa',
      };
      const reply = await postJson(`${this.platform.apiUrl}/trips`, JSON.stringify(body));
      if (reply.status !== 202) throw new Error(`Cannot book: ${reply.status} ${JSON.stringify(reply.body)}`);
    }
    return trips.map(({ tripId, kind }) => ({ tripId, confirmed: kind > 1 }));
  }

  flow(): Promise<Flow> {
    return this.platform.flowSince(this.#sinceMs);
  }

  /** The flow once everything that was accepted has ended. */
  rest(): Promise<Flow> {
    return eventually(
      () => this.flow(),
      flow => flow.counts.accepted > 0 && outstanding(flow) === 0 && sagasOutstanding(flow) === 0,
      LIMIT_MS,
    );
  }

  /** The totals of the read model, once `lines` purchases are in it, and what they have to be. */
  async sales(purchases: number): Promise<{ found: object; expected: object }> {
    const total = async () =>
      ((await getJson(`${this.platform.apiUrl}/sales`)).body as { total: { lines: number; amountMilli: number } })
        .total;
    const { lines, amountMilli } = await eventually(total, found => found?.lines >= purchases, LIMIT_MS);
    return {
      found: { lines, amountMilli },
      expected: { lines: purchases, amountMilli: 2 * purchases * AMOUNT_MILLI },
    };
  }

  /** `confirmed` or `cancelled`, once it is one of them. */
  async endOf(tripId: string): Promise<unknown> {
    const reply = await eventually(
      () => getJson(`${this.platform.apiUrl}/trips/${tripId}`),
      ({ body }) => /confirmed|cancelled/.test(JSON.stringify(body)),
      LIMIT_MS,
    );
    return (reply.body as { status: string }).status;
  }

  /** Resolves once so many sagas were counted as ended. @throws when it comes to more, or does not come to it */
  async sagasEnded(count: number): Promise<void> {
    const ended = ({ counts }: Flow) => counts.sagasCompleted + counts.sagasCompensated;
    const flow = await eventually(
      () => this.flow(),
      found => ended(found) >= count,
      LIMIT_MS,
    );
    if (ended(flow) > count) throw new Error(`Cannot account for sagas: ${count} were booked, ${ended(flow)} ended`);
  }

  /** Seats of the flight that are gone. */
  async seatsTaken(): Promise<number> {
    const { Item } = await this.platform.aws<{ Item: { available: { N: string } } }>('dynamodb', 'GetItem', {
      TableName: this.platform.inventoryTable,
      Key: { itemId: { S: flightItem(String(demoFlights[0])) }, entry: { S: 'stock' } },
    });
    return STOCK - Number(Item.available.N);
  }

  /** Names of the dead-letter queues that hold something. */
  async deadLetters(): Promise<string[]> {
    const { QueueUrls } = await this.platform.aws<{ QueueUrls: string[] }>('sqs', 'ListQueues', {});
    const held: string[] = [];
    for (const QueueUrl of QueueUrls.filter(url => url.includes('dlq'))) {
      const { Attributes } = await this.platform.aws<{ Attributes: Record<string, string> }>(
        'sqs',
        'GetQueueAttributes',
        { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] },
      );
      if (Number(Attributes.ApproximateNumberOfMessages) > 0) held.push(QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1));
    }
    return held;
  }

  #visit(visitor: number): unknown[] {
    const purchase = (at: number) =>
      this.#event(visitor, at, 'purchase.completed', {
        product: 'tea-set',
        quantity: 2,
        unitPrice: AMOUNT_MILLI / 1000,
        currency: 'EUR',
        invoice: `I-${visitor}-${at}`,
        country: 'Portugal',
      });
    const second = purchase(3);
    return [this.#event(visitor, 1, 'page.viewed', { url: '/' }), purchase(2), second, second];
  }

  #event(visitor: number, at: number, what: string, data: object): Record<string, unknown> {
    const timeMs = START_MS + visitor * 60_000 + at * 1000;
    return {
      specversion: '1.0',
      id: newUlid(timeMs, this.#random),
      source: 'urn:test',
      type: `behaviour.${what}.v1`,
      subject: `visitor-${visitor}`,
      time: new Date(timeMs).toISOString(),
      datacontenttype: 'application/json',
      data,
    };
  }
}

/** What became of the events that were accepted. */
export function accounts({ counts }: Flow): {
  accepted: number;
  applied: number;
  duplicates: number;
  quarantined: number;
  parked: number;
} {
  const { accepted, applied, duplicates, quarantinedAtDoor, quarantinedOnStream, parked } = counts;
  return { accepted, applied, duplicates, quarantined: quarantinedAtDoor + quarantinedOnStream, parked };
}

import { between, newUlid, pick, seededRandom } from '../../../core/index.ts';
import type { TripBookingRequested } from '../events/generated/data-types.ts';
import { DECLINED_TOKEN } from '../saga/payment.ts';
import { demoFlights, demoHotels, soldOutFlight, soldOutHotel } from './inventory-stock.ts';

export interface BookingsOptions {
  readonly seed: number;
  /** The present, epoch ms; goes into the trip ids. */
  readonly now: () => number;
  /** Share of bookings whose payment is declined. @default 0.1 */
  readonly declinedShare?: number;
  /** Share of bookings that want something sold out. @default 0.1 */
  readonly soldOutShare?: number;
  /** Share of bookings that are sent a second time, unchanged. @default 0.03 */
  readonly duplicateShare?: number;
}

/** A booking to send, and what is to become of it. */
export interface DemoBooking {
  readonly tripId: string;
  readonly body: TripBookingRequested;
  readonly expected: 'confirmed' | 'cancelled';
  /** Whether it was given before: the answer is the same, and no second trip comes of it. */
  readonly isDuplicate: boolean;
}

const travellers: readonly string[] = [
  'Ada Byron',
  'Alan Mathison',
  'Grace Murray',
  'Kurt Friedrich',
  'Sofia Vasilyevna',
];

/** Bookings without end, the same for the same seed and clock; most go well, some are undone on purpose. */
export function* tripBookings(options: BookingsOptions): Generator<DemoBooking, never> {
  const random = seededRandom(options.seed);
  const { declinedShare = 0.1, soldOutShare = 0.1, duplicateShare = 0.03 } = options;
  while (true) {
    const chance = random();
    const body = plainBooking(random, options.now());
    const declined = chance < declinedShare;
    const soldOut = !declined && chance < declinedShare + soldOutShare;
    const booking: DemoBooking = {
      tripId: body.tripId,
      body: declined ? { ...body, paymentToken: DECLINED_TOKEN } : soldOut ? wantSoldOut(random, body) : body,
      expected: declined || soldOut ? 'cancelled' : 'confirmed',
      isDuplicate: false,
    };
    yield booking;
    if (random() < duplicateShare) yield { ...booking, isDuplicate: true };
  }
}

/** A flight, a hotel, or both. */
function plainBooking(random: () => number, nowMs: number): TripBookingRequested {
  const legs = pick(random, ['both', 'both', 'both', 'flight', 'hotel']);
  const flight = { flightNumber: pick(random, demoFlights), seats: between(random, 1, 4) };
  const hotel = { hotelId: pick(random, demoHotels), nights: between(random, 1, 14), rooms: between(random, 1, 2) };
  return {
    tripId: `trip-${newUlid(nowMs, random)}`,
    traveller: pick(random, travellers),
    ...(legs === 'hotel' ? {} : { flight }),
    ...(legs === 'flight' ? {} : { hotel }),
    price: { amountMinor: between(random, 50, 3000) * 100, currency: 'EUR' },
    paymentToken: pick(random, ['tok_visa', 'tok_mastercard', 'tok_sepa']),
  };
}

function wantSoldOut(random: () => number, body: TripBookingRequested): TripBookingRequested {
  if (random() < 0.5) return { ...body, flight: { flightNumber: soldOutFlight, seats: 1 } };
  return { ...body, hotel: { hotelId: soldOutHotel, nights: 2, rooms: 1 } };
}

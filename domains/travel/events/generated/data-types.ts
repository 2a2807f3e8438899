// Generated from the event schemas by domains/generate-events.ts; edit those instead.

/**
 * A traveller asked for a trip: a flight, a hotel, or both.
 */
export interface TripBookingRequested {
  /**
   * Id of the trip.
   */
  tripId: string;
  /**
   * Who travels.
   */
  traveller: string;
  /**
   * Seats on one flight; absent when the trip needs none.
   */
  flight?: {
    /**
     * Flight number.
     */
    flightNumber: string;
    /**
     * Seats to reserve.
     */
    seats: number;
  };
  /**
   * Rooms in one hotel; absent when the trip needs none.
   */
  hotel?: {
    /**
     * Hotel.
     */
    hotelId: string;
    /**
     * Nights to stay.
     */
    nights: number;
    /**
     * Rooms to reserve.
     */
    rooms: number;
  };
  /**
   * What the traveller pays for everything.
   */
  price: {
    /**
     * Amount in the smallest unit of the currency (cents, pence).
     */
    amountMinor: number;
    /**
     * ISO 4217 code.
     */
    currency: string;
  };
  /**
   * Token of the payment provider; never card data.
   */
  paymentToken: string;
}

/**
 * The trip could not be booked; whatever had been reserved or paid was given back.
 */
export interface TripCancelled {
  /**
   * Id of the trip.
   */
  tripId: string;
  /**
   * Name of the refusal or failure, for example PaymentDeclined.
   */
  reason: string;
  /**
   * More about it.
   */
  cause?: string;
}

/**
 * A trip failed and could not be undone: a person has to look.
 */
export interface TripCompensationFailed {
  /**
   * Id of the trip.
   */
  tripId: string;
  /**
   * Why undoing, or recording, failed.
   */
  reason: string;
  /**
   * More about it.
   */
  cause?: string;
}

/**
 * Everything is reserved and paid.
 */
export interface TripConfirmed {
  /**
   * Id of the trip.
   */
  tripId: string;
  /**
   * Payment that was captured.
   */
  paymentId: string;
}

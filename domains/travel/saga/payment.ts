/**
 * The payment of a trip: authorised, then captured; voided or refunded when the trip fails.
 *
 * 1. One payment per trip; every step may run again and gives the same answer.
 * 2. Undoing finds whatever state there is: nothing (a tombstone keeps a late authorisation out), authorised (voided),
 *    captured (refunded).
 */
import { accepted, ConflictError, type Result, refused } from '../../../core/index.ts';
import { type Refusal, refusal } from './refusal.ts';

export type PaymentStatus = 'authorised' | 'captured' | 'voided' | 'refunded' | 'declined';

export interface Payment {
  readonly tripId: string;
  readonly paymentId: string;
  readonly status: PaymentStatus;
  readonly amountMinor: number;
  readonly currency: string;
}

/** What is to be paid, and with what. */
export interface Charge {
  readonly tripId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly paymentToken: string;
}

/** Where payments live. Every change is conditional. */
export interface Payments {
  find(tripId: string): Promise<Payment | undefined>;
  /** @throws ConflictError when the trip has a payment already */
  create(payment: Payment): Promise<void>;
  /** @throws ConflictError when the payment is not (any more) as given */
  change(payment: Payment, status: PaymentStatus): Promise<void>;
}

/** The token that the (pretended) provider always declines. */
export const DECLINED_TOKEN = 'tok_declined';

const TRIES = 5;

/** Asks the provider to set the amount aside. */
export async function authorise(payments: Payments, charge: Charge): Promise<Result<Payment, Refusal>> {
  const { tripId, amountMinor, currency } = charge;
  return retrying(async () => {
    const existing = await payments.find(tripId);
    if (existing) return authorisationOf(existing);
    const status = charge.paymentToken === DECLINED_TOKEN ? 'declined' : 'authorised';
    const payment: Payment = { tripId, paymentId: paymentIdOf(tripId), status, amountMinor, currency };
    await payments.create(payment);
    return authorisationOf(payment);
  });
}

function authorisationOf(payment: Payment): Result<Payment, Refusal> {
  switch (payment.status) {
    case 'authorised':
    case 'captured':
      return accepted(payment);
    case 'declined':
      return refused(refusal('PaymentDeclined', `the payment of trip '${payment.tripId}' was declined`));
    case 'voided':
    case 'refunded':
      return refused(refusal('PaymentVoided', `the payment of trip '${payment.tripId}' was ${payment.status}`));
  }
}

/** Takes the amount that was set aside. */
export async function capture(payments: Payments, tripId: string): Promise<Result<Payment, Refusal>> {
  return retrying(async () => {
    const payment = await payments.find(tripId);
    if (payment?.status === 'captured') return accepted(payment);
    if (payment?.status !== 'authorised') {
      const state = payment ? `is ${payment.status}` : 'does not exist';
      return refused(refusal('PaymentMissing', `the payment of trip '${tripId}' cannot be captured: it ${state}`));
    }
    await payments.change(payment, 'captured');
    return accepted({ ...payment, status: 'captured' });
  });
}

/** ISO 4217's code for a transaction that involves no currency. */
const NO_CURRENCY = 'XXX';

/** Undoes the payment, whatever state it has reached. @returns the state that it is left in */
export async function undoPayment(payments: Payments, tripId: string): Promise<PaymentStatus> {
  return retrying(async () => {
    const payment = await payments.find(tripId);
    if (!payment) {
      const tombstone = { tripId, paymentId: paymentIdOf(tripId), amountMinor: 0, currency: NO_CURRENCY };
      await payments.create({ ...tombstone, status: 'voided' });
      return 'voided';
    }
    const undone = undoneStatus(payment.status);
    if (undone !== payment.status) await payments.change(payment, undone);
    return undone;
  });
}

function undoneStatus(status: PaymentStatus): PaymentStatus {
  switch (status) {
    case 'authorised':
      return 'voided';
    case 'captured':
      return 'refunded';
    case 'voided':
    case 'refunded':
    case 'declined':
      return status;
  }
}

function paymentIdOf(tripId: string): string {
  return `pay-${tripId}`;
}

async function retrying<Value>(attemptOnce: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce();
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === TRIES) throw error;
    }
  }
}

import {
  authorise,
  type Charge,
  capture,
  type Payment,
  type PaymentStatus,
  type Payments,
  undoPayment,
} from '../../domains/travel/saga/payment.ts';
import { dynamodbPayments } from '../adapters/payments-dynamodb.ts';
import { dynamodbClient } from '../runtime/clients.ts';
import { textVariable } from '../runtime/environment.ts';
import { inTime } from '../runtime/in-time.ts';
import { hopMetrics } from '../runtime/metrics.ts';
import { once } from '../runtime/once.ts';
import { stepResult } from '../runtime/saga-step.ts';

/** What the state machine asks for. `void` and `refund` both undo whatever there is; they name the intent. */
export type PaymentTask =
  | { readonly step: 'authorise'; readonly tripId: string; readonly charge: Omit<Charge, 'tripId'> }
  | { readonly step: 'capture' | 'void' | 'refund'; readonly tripId: string };

const metrics = hopMetrics('payment');
const payments = once((): Payments => dynamodbPayments(dynamodbClient(), textVariable('PAYMENTS_TABLE')));

/** Steps of the saga that concern money. @throws StepRefused */
export const handler = inTime(
  async (task: PaymentTask): Promise<Payment | { tripId: string; status: PaymentStatus }> => {
    const { tripId } = task;
    switch (task.step) {
      case 'authorise':
        return stepResult(await authorise(payments(), { ...task.charge, tripId }), metrics);
      case 'capture':
        return stepResult(await capture(payments(), tripId), metrics);
      case 'void':
      case 'refund':
        return { tripId, status: await undoPayment(payments(), tripId) };
      default:
        throw new Error(`Cannot run step: unknown step '${JSON.stringify(task satisfies never)}'`);
    }
  },
);

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confirmReservations, type ItemId, release, reserve } from '../../../../domains/travel/saga/inventory.ts';
import { tripNotification } from '../../../../domains/travel/saga/notification.ts';
import { authorise, capture, undoPayment } from '../../../../domains/travel/saga/payment.ts';
import { memoryInventory, memoryPayments } from '../../../support/memory-saga-stores.ts';

const itemId: ItemId = 'flight#MR101';
const wanted = { itemId, tripId: 't1', units: 2 };

describe('inventory', () => {
  it('takes stock once, however often it is asked', async () => {
    const inventory = memoryInventory({ [itemId]: 5 });
    expect(await reserve(inventory, wanted)).toMatchObject({ ok: true, value: { status: 'reserved' } });
    expect(await reserve(inventory, wanted)).toMatchObject({ ok: true });
    expect(inventory.stock[itemId]).toBe(3);
  });

  it('refuses what is sold out, and what does not exist', async () => {
    const inventory = memoryInventory({ [itemId]: 1 });
    expect(await reserve(inventory, wanted)).toMatchObject({ ok: false, problem: { name: 'InsufficientInventory' } });
    const unknown = await reserve(inventory, { ...wanted, itemId: 'hotel#nowhere' });
    expect(unknown).toMatchObject({ ok: false, problem: { name: 'InsufficientInventory' } });
  });

  it('gives back once, confirmed or not', async () => {
    const inventory = memoryInventory({ [itemId]: 5 });
    await reserve(inventory, wanted);
    await confirmReservations(inventory, 't1', [itemId]);
    await release(inventory, itemId, 't1');
    await release(inventory, itemId, 't1');
    expect(inventory.stock[itemId]).toBe(5);
  });

  it('keeps a reservation out that arrives after its release', async () => {
    const inventory = memoryInventory({ [itemId]: 5 });
    await release(inventory, itemId, 't1');
    expect(await reserve(inventory, wanted)).toMatchObject({ ok: false, problem: { name: 'ReservationReleased' } });
    expect(inventory.stock[itemId]).toBe(5);
  });

  it('confirms all or nothing', async () => {
    const inventory = memoryInventory({ [itemId]: 5 });
    await reserve(inventory, wanted);
    const both = await confirmReservations(inventory, 't1', [itemId, 'hotel#h']);
    expect(both).toMatchObject({ ok: false, problem: { name: 'ReservationMissing' } });
    expect(await inventory.reservation(itemId, 't1')).toMatchObject({ status: 'reserved' });
  });

  it('balances: after any steps in any order, stock and reservations make up what there was', async () => {
    const trips = fc.constantFrom('t1', 't2', 't3');
    const steps = fc.array(fc.tuple(fc.constantFrom('reserve', 'release', 'confirm'), trips), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(steps, async plan => {
        const inventory = memoryInventory({ [itemId]: 5 });
        for (const [step, tripId] of plan) {
          if (step === 'reserve') await reserve(inventory, { ...wanted, tripId });
          else if (step === 'release') await release(inventory, itemId, tripId);
          else await confirmReservations(inventory, tripId, [itemId]);
        }
        const rows = await Promise.all(['t1', 't2', 't3'].map(trip => inventory.reservation(itemId, trip)));
        const held = rows.reduce((sum, row) => sum + (row && row.status !== 'released' ? row.units : 0), 0);
        expect((inventory.stock[itemId] ?? 0) + held).toBe(5);
        expect(inventory.stock[itemId]).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('payment', () => {
  const charge = { tripId: 't1', amountMinor: 100, currency: 'EUR', paymentToken: 'tok_visa' };

  it('authorises and captures, once each', async () => {
    const payments = memoryPayments();
    expect(await authorise(payments, charge)).toEqual(await authorise(payments, charge));
    expect(await capture(payments, 't1')).toMatchObject({ ok: true, value: { status: 'captured' } });
    expect(await capture(payments, 't1')).toMatchObject({ ok: true, value: { status: 'captured' } });
    expect(await authorise(payments, charge)).toMatchObject({ ok: true });
  });

  it('declines the declined token, again and again', async () => {
    const payments = memoryPayments();
    const declined = { ok: false, problem: { name: 'PaymentDeclined' } };
    expect(await authorise(payments, { ...charge, paymentToken: 'tok_declined' })).toMatchObject(declined);
    expect(await authorise(payments, { ...charge, paymentToken: 'tok_declined' })).toMatchObject(declined);
    expect(await undoPayment(payments, 't1')).toBe('declined');
  });

  it('undoes whatever state it finds, and again', async () => {
    const authorised = memoryPayments();
    await authorise(authorised, charge);
    expect(await undoPayment(authorised, 't1')).toBe('voided');
    expect(await undoPayment(authorised, 't1')).toBe('voided');
    const captured = memoryPayments();
    await authorise(captured, charge);
    await capture(captured, 't1');
    expect(await undoPayment(captured, 't1')).toBe('refunded');
    expect(await undoPayment(captured, 't1')).toBe('refunded');
  });

  it('keeps an authorisation out that arrives after the void', async () => {
    const payments = memoryPayments();
    expect(await undoPayment(payments, 't1')).toBe('voided');
    expect(await authorise(payments, charge)).toMatchObject({ ok: false, problem: { name: 'PaymentVoided' } });
    expect(await capture(payments, 't1')).toMatchObject({ ok: false, problem: { name: 'PaymentMissing' } });
  });

  it('decides again when somebody else was faster', async () => {
    const payments = memoryPayments();
    const { find } = payments;
    payments.find = async tripId => {
      const seen = await find(tripId);
      payments.find = find;
      await payments.create({ ...charge, paymentId: 'pay-t1', status: 'authorised' });
      return seen;
    };
    expect(await authorise(payments, charge)).toMatchObject({ ok: true, value: { status: 'authorised' } });
  });
});

describe('tripNotification', () => {
  it('has one identity per trip and outcome, and says why', () => {
    const trip = { tripId: 't1', traveller: 'Ada' };
    expect(tripNotification(trip, 'confirmed').notificationId).toBe('t1#confirmed');
    expect(tripNotification(trip, 'cancelled', 'PaymentDeclined').text).toContain('PaymentDeclined');
  });
});

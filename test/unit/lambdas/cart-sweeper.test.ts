import { describe, expect, it } from 'vitest';
import { processBatch } from '../../../core/index.ts';
import type { SessionProfile } from '../../../domains/behaviour/aggregates/session-profile.ts';
import { sessionProfileProcessor } from '../../../domains/behaviour/processors/session-profile-processor.ts';
import { sweepCarts } from '../../../lambdas/cart-sweeper/sweep-carts.ts';
import { behaviourEvent, NINE_O_CLOCK_MS, pageViewed } from '../../support/behaviour-events.ts';
import { MemoryFoldStore } from '../../support/memory-fold-store.ts';

const quarantine = async () => true;
const processor = sessionProfileProcessor({ sessionGapMs: 30 * 60_000 });
const idleCarts = async () => ['visitor-1'];
const added = behaviourEvent('behaviour.cart.item-added.v1', {
  product: 'p',
  quantity: 1,
  unitPrice: 1,
  currency: 'GBP',
});
const record = (sequence: string, event: typeof added | ReturnType<typeof pageViewed>) => ({
  sequence,
  arrivedAtMs: 0,
  event,
});

async function storeWithCart() {
  const store = new MemoryFoldStore<SessionProfile>();
  await processBatch(processor, [record('1', added)], { store, quarantine });
  return store;
}

const abandoned = (store: MemoryFoldStore<SessionProfile>) =>
  store.writes.flatMap(write => write.item.outbox).filter(fact => fact.type === 'behaviour.cart.abandoned.v1');

describe('sweepCarts', () => {
  it('says once that a cart was abandoned', async () => {
    const store = await storeWithCart();
    expect(await sweepCarts(NINE_O_CLOCK_MS, { store, idleCarts })).toBe(1);
    expect(await sweepCarts(NINE_O_CLOCK_MS, { store, idleCarts })).toBe(0);
    await processBatch(processor, [record('2', pageViewed(99))], { store, quarantine });
    expect(abandoned(store)).toHaveLength(1);
  });

  it('keeps the fence and the memory: a redelivery after the sweep opens no cart', async () => {
    const store = await storeWithCart();
    await sweepCarts(NINE_O_CLOCK_MS, { store, idleCarts });
    await processBatch(processor, [record('1', added), record('3', added)], { store, quarantine });
    expect(store.items.get('visitor-1')).toMatchObject({ counts: { applied: 1, duplicate: 1 } });
    expect(store.items.get('visitor-1')?.state.cart).toBeUndefined();
  });

  it('leaves a profile alone that changes while it is being swept', async () => {
    const store = await storeWithCart();
    const read = store.read.bind(store);
    store.read = async keys => {
      const items = await read(keys);
      store.read = read;
      await processBatch(processor, [record('2', pageViewed(1))], { store, quarantine });
      return items;
    };
    expect(await sweepCarts(NINE_O_CLOCK_MS, { store, idleCarts })).toBe(0);
    expect(store.items.get('visitor-1')?.state.cart).toBeDefined();
  });

  it('makes a processor that read before the sweep fold again', async () => {
    const store = await storeWithCart();
    const read = store.read.bind(store);
    store.read = async keys => {
      const items = await read(keys);
      store.read = read;
      await sweepCarts(NINE_O_CLOCK_MS, { store, idleCarts });
      return items;
    };
    await processBatch(processor, [record('2', pageViewed(99))], { store, quarantine });
    expect(abandoned(store)).toHaveLength(1);
    expect(store.items.get('visitor-1')?.state).toMatchObject({ visits: 2, abandonedCarts: 1 });
  });

  it('watches a cart that was touched later from then on, and a profile without a cart no more', async () => {
    const store = await storeWithCart();
    const item = store.items.get('visitor-1');
    if (!item?.state.cart) throw new Error('the visitor has a cart');
    const { cart } = item.state;
    const idleSinceMs = NINE_O_CLOCK_MS + 999_000;
    store.items.set('visitor-1', { ...item, state: { ...item.state, cart: { ...cart, idleSinceMs } } });
    const cutoffMs = NINE_O_CLOCK_MS + 998_000;
    expect(await sweepCarts(cutoffMs, { store, idleCarts })).toBe(0);
    expect(store.items.get('visitor-1')?.state).toMatchObject({
      cart: { id: cart.id },
      cartWatchedSinceMs: idleSinceMs,
    });
    expect(await sweepCarts(cutoffMs, { store, idleCarts })).toBe(0);
    expect(store.items.get('visitor-1')?.revision).toBe(item.revision + 1);
    const { cart: _cart, ...bought } = item.state;
    store.items.set('visitor-1', { ...item, state: bought });
    expect(await sweepCarts(cutoffMs, { store, idleCarts })).toBe(0);
    expect(store.items.get('visitor-1')?.state).not.toHaveProperty('cartWatchedSinceMs');
  });

  it('leaves parked profiles to their lane', async () => {
    const store = await storeWithCart();
    const item = store.items.get('visitor-1');
    if (item)
      store.items.set('visitor-1', { ...item, parked: { since: '2', through: '2', reason: 'r', imprints: '' } });
    expect(await sweepCarts(NINE_O_CLOCK_MS, { store, idleCarts })).toBe(0);
  });
});

/**
 * Three processors of one and the same events, one for each guarantee, under a key that is not the subject. What an event does is in
 * its product: one that is called `closed` nobody can carry out while the counter is closed.
 */
import { defineProcessor, derivedId, TerminalError } from '../../../core/index.ts';
import { behaviourIngestContracts, purchaseCompleted } from '../../../domains/behaviour/events/ingest-contracts.ts';

/** What `counter` may be. */
export const CLOSED = 1;
export const OPEN = 2;

const identity = {
  accepts: [purchaseCompleted],
  knows: behaviourIngestContracts,
  settings: ['counter'],
  key: ({ subject }: { readonly subject: string }) => accountOf(subject),
} as const;

/** The key of a visitor's events. */
export function accountOf(visitor: string): string {
  return `account of ${visitor}`;
}

function check(product: string | undefined, counter: number): void {
  if (product === 'closed' && counter === CLOSED) throw new TerminalError('the counter is closed');
}

/** Remembers in order what was done. */
export const statement = defineProcessor({
  ...identity,
  name: 'statement',
  description: 'Remembers what was done',
  guarantee: 'fold',
  initialState: () => ({ ids: [] as readonly string[] }),
  evolve: (state, { id, data }, { counter }) => {
    check(data.product, counter);
    return { state: { ids: [...state.ids, id] }, emitted: [] };
  },
});

/** Books each event, and what it comes to. */
export const booking = defineProcessor({
  ...identity,
  name: 'booking',
  description: 'Books what was done',
  guarantee: 'transact',
  emits: true,
  tables: {
    entries: { key: ['account', 'id'], may: ['put'] },
    balances: { key: ['account'], may: ['read', 'change'] },
  },
  reads: ({ subject }) => [{ table: 'balances', key: { account: accountOf(subject) } }],
  effects: (event, { found, settings: { counter } }) => {
    check(event.data.product, counter);
    const account = accountOf(event.subject);
    const entries = Number(found('balances', { account })?.entries ?? 0);
    const balance = {
      write: 'change',
      table: 'balances',
      key: { account },
      add: { entries: 1 },
      expect: entries === 0 ? 'absent' : { entries },
    } as const;
    const entry = { account, id: event.id, place: entries };
    return {
      writes: [balance, { write: 'put', table: 'entries', item: entry, expect: 'absent' }],
      emitted: [{ ...event, id: derivedId(event.id, 'booked'), type: 'behaviour.purchase.booked.v1' }],
    };
  },
});

/** Tells a partner, who keeps a tally of what he is told. */
export const telling = defineProcessor({
  ...identity,
  name: 'telling',
  description: 'Tells a partner what was done',
  guarantee: 'external',
  timeoutMs: 2_000,
});

/** The partner's answer, before he does anything. */
export function partnerAccepts(product: string | undefined, counter: number): void {
  check(product, counter);
}

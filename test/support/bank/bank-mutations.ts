import type { Mutation } from '../../../simulate/mutations/mutations.ts';

/** Where the bank's handlers begin, from the repository's root. */
export const bankEntry = (handler: string) => `test/support/bank/${handler}.handler.ts`;

/** Mistakes that `transact` and `external` could make, each made on purpose. */
export const BANK_MUTATIONS: readonly Mutation[] = [
  {
    name: 'mark-before-effects',
    says: 'an event is remembered in a transaction before the one with its effects',
    source: 'lambdas/adapters/idempotency-transactions-dynamodb.ts',
    find: 'await options.client.send(new TransactWriteItemsCommand({ TransactItems: items }));',
    replace: `const marks = transaction.rows.length;
    await options.client.send(new TransactWriteItemsCommand({ TransactItems: items.slice(0, marks) }));
    await options.client.send(new TransactWriteItemsCommand({ TransactItems: items.slice(marks) }));`,
    handlers: ['booking'],
  },
  {
    name: 'mark-before-call',
    says: 'a call is recorded as answered before it is made',
    source: 'core/processing/external-call.ts',
    find: 'const tried = await tryCall(processor, calling, clock);',
    replace: `await settle({ row, status: 'completed' });
  const tried = await tryCall(processor, calling, clock);`,
    handlers: ['telling'],
  },
  {
    name: 'cancellation-reasons-ignored',
    says: 'why a transaction was cancelled is not looked at',
    source: 'lambdas/adapters/transaction-cancellation.ts',
    find: "code: reason.Code ?? 'None', found: reason.Item",
    replace: "code: reason.Code === '' ? '' : 'None', found: undefined",
    handlers: ['booking'],
  },
  {
    name: 'fingerprint-not-checked',
    says: 'an id is taken for an event, whatever its content',
    source: 'core/processing/idempotency-row.ts',
    find: "if (row.fingerprint !== delivery.fingerprint) return 'conflicting';",
    replace: '',
    handlers: ['booking', 'telling'],
  },
  {
    name: 'copies-refused-again',
    says: 'a copy of a delivery that was refused is refused once more',
    source: 'core/processing/idempotency-known.ts',
    find: 'const isCopy = delivery.sequence !== taken;',
    replace: "const isCopy = taken === '';",
    handlers: ['booking', 'telling'],
  },
];

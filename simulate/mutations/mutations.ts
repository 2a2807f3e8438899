/**
 * Mistakes that handlers could make, each made on purpose: the simulator has to find every one of them. A mutation says
 * which text of which source it replaces; it never touches what is deployed.
 */
export interface Mutation {
  readonly name: string;
  /** What goes wrong. */
  readonly says: string;
  /** Relative to the repository. */
  readonly source: string;
  /** Stands exactly once in the source. */
  readonly find: string;
  readonly replace: string;
  /** The handlers that are bundled from that source. */
  readonly handlers: readonly string[];
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'fence-removed',
    says: 'a record that an earlier delivery dealt with is taken for a new one',
    source: 'core/processing/fence.ts',
    find: 'let last = fence;',
    replace: "let last = fence === 'removed' ? fence : undefined;",
    handlers: ['session-profile'],
  },
  {
    name: 'failed-entries-ignored',
    says: 'the publisher takes every entry of an answer for published',
    source: 'lambdas/adapters/publisher-eventbridge.ts',
    find: 'if (result?.EventId) outcomes',
    replace: 'if (result) outcomes',
    handlers: ['outbox-publisher'],
  },
  {
    name: 'dedupe-window-zero',
    says: 'no event id is remembered',
    source: 'core/processing/recent-ids.ts',
    find: 'const { imprint, idTime } = sighting;',
    replace: "const { imprint, idTime } = sighting;\n    if (imprint !== '') return 'new';",
    handlers: ['session-profile'],
  },
  {
    name: 'other-write-taken-for-ours',
    says: 'a refused write is taken for done when the item has the revision that it would have had',
    source: 'lambdas/adapters/fold-store-dynamodb.ts',
    find: 'if (error.Item?.writtenBy?.S !== options.writer) throw conflict(write, error);',
    replace: 'if (error.Item?.revision?.N !== String(write.item.revision)) throw conflict(write, error);',
    handlers: ['session-profile'],
  },
  {
    name: 'mark-before-effect',
    says: 'a purchase is noted as counted in a write before the one that counts it',
    source: 'lambdas/adapters/transact-items.ts',
    find: 'await client.send(new TransactWriteItemsCommand({ TransactItems: items }));',
    replace: `await client.send(new TransactWriteItemsCommand({ TransactItems: items.filter(item => item.Put) }));
    await client.send(new TransactWriteItemsCommand({ TransactItems: items.filter(item => item.Update) }));`,
    handlers: ['sales-projector'],
  },
  {
    name: 'failures-not-reported',
    says: 'a batch is reported as done, whatever failed',
    source: 'lambdas/runtime/partial-batch.ts',
    find: 'return { batchItemFailures: identifiers.map(itemIdentifier => ({ itemIdentifier })) };',
    replace:
      'return { batchItemFailures: identifiers.slice(identifiers.length).map(itemIdentifier => ({ itemIdentifier })) };',
    handlers: [
      'session-profile',
      'outbox-publisher',
      'sales-projector',
      'trip-projector',
      'saga-starter',
      'overflow-drainer',
    ],
  },
  {
    name: 'compensation-skipped',
    says: 'a saga that is undone does not give back what it reserved',
    source: 'domains/travel/saga/inventory.ts',
    find: "else if (existing.status !== 'released') await inventory.giveBack(existing);",
    replace: '',
    handlers: ['inventory'],
  },
  {
    name: 'quarantine-dropped',
    says: 'what cannot be read is said to be quarantined, and is not',
    source: 'lambdas/adapters/quarantine-s3.ts',
    find: 'await client.send(command);',
    replace: 'void command;',
    handlers: ['collector', 'session-profile'],
  },
];

/** @throws Error naming those that there are */
export function findMutation(name: string): Mutation {
  const mutation = MUTATIONS.find(each => each.name === name);
  if (mutation) return mutation;
  throw new Error(
    `Cannot mutate: there is no mutation '${name}', there are ${MUTATIONS.map(each => each.name).join(', ')}`,
  );
}

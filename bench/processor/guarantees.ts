/**
 * Processors whose effects are no state of a key, ours and with Powertools' idempotency, each given the same events: one that
 * counts a visitor's events in a table (`transact`), and one that calls the outside (`external`), which answers at once.
 */
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { CreateTableCommand, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import {
  defineProcessor,
  externalBatch,
  externalProcessor,
  type FoldRecord,
  type Gate,
  type KeyFailure,
  transactBatch,
  transactProcessor,
} from '../../core/index.ts';
import type { BehaviourEvent } from '../../domains/behaviour/events/behaviour-event.ts';
import { behaviourIngestContracts } from '../../domains/behaviour/events/ingest-contracts.ts';
import { dynamodbFoldStore } from '../../lambdas/adapters/fold-store-dynamodb.ts';
import { dynamodbLeases } from '../../lambdas/adapters/idempotency-dynamodb.ts';
import { dynamodbTransactions } from '../../lambdas/adapters/idempotency-transactions-dynamodb.ts';
import { ports } from '../../lambdas/runtime/ports.ts';
import type { Tables } from './counted-tables.ts';

export type Records = readonly FoldRecord<BehaviourEvent>[];
export type HandleRecords = (records: Records) => Promise<void>;

/** One way to keep a guarantee: made anew for each round, as in a function that has just started. */
export interface Keeper {
  readonly name: string;
  open(client: DynamoDBClient, tables: Tables): Promise<HandleRecords>;
}

const identity = { description: 'For the bench', accepts: behaviourIngestContracts } as const;

const counter = defineProcessor({
  ...identity,
  name: 'event-counter',
  guarantee: 'transact',
  tables: { totals: { key: ['visitor'], may: ['change'] } },
  effects: ({ subject }) => ({
    writes: [{ write: 'change', table: 'totals', key: { visitor: subject }, add: { events: 1 } }],
  }),
});

const caller = defineProcessor({ ...identity, name: 'event-caller', guarantee: 'external' });

/** The outside: it has answered before anybody waits. */
const call = async ({ id }: BehaviourEvent) => ({ taken: id });

export const transact: Keeper = {
  name: 'transact',
  async open(client, tables) {
    const totals = await totalsTable(client, tables);
    const options = { client, tableName: tables.idempotency, tables: { totals }, ...ports };
    const run = { store: dynamodbTransactions(options), gates: gatesOf(client, tables), quarantine, ...ports };
    const processor = transactProcessor(counter, {});
    return async records => expectDone(await transactBatch(processor, records, run));
  },
};

export const external: Keeper = {
  name: 'external',
  async open(client, tables) {
    const store = dynamodbLeases({ client, tableName: tables.idempotency, ...ports });
    const run = { store, gates: gatesOf(client, tables), quarantine, ...ports };
    const processor = externalProcessor(caller, call, {});
    return async records => expectDone(await externalBatch(processor, records, run));
  },
};

export const idempotentCounter: Keeper = {
  name: 'Powertools idempotency',
  async open(client, tables) {
    const TableName = await totalsTable(client, tables);
    return idempotently(client, tables, async ({ id, subject }) => {
      const ExpressionAttributeValues = { ':one': { N: '1' } };
      const Key = { visitor: { S: subject } };
      const UpdateExpression = 'ADD events :one';
      await client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression, ExpressionAttributeValues }));
      return { counted: id };
    });
  },
};

export const idempotentCaller: Keeper = {
  name: 'Powertools idempotency',
  open: async (client, tables) => idempotently(client, tables, call),
};

/** Events of a key in order, keys side by side. */
function idempotently(
  client: DynamoDBClient,
  tables: Tables,
  effect: (event: BehaviourEvent) => Promise<Record<string, string>>,
): HandleRecords {
  const context = { functionName: 'bench', getRemainingTimeInMillis: () => 60_000 } as Context; // what is read of it
  process.env.AWS_LAMBDA_FUNCTION_NAME = context.functionName;
  const config = new IdempotencyConfig({ eventKeyJmesPath: 'id', expiresAfterSeconds: 86_400 });
  config.registerLambdaContext(context);
  const persistenceStore = new DynamoDBPersistenceLayer({ tableName: tables.idempotency, awsSdkV3Client: client });
  const apply = makeIdempotent(effect, { persistenceStore, config });
  return async records => {
    const byKey = Map.groupBy(records, ({ event }) => event.subject);
    await Promise.all(
      Array.from(byKey.values(), async ofKey => {
        for (const { event } of ofKey) await apply(event);
      }),
    );
  };
}

async function totalsTable(client: DynamoDBClient, { idempotency }: Tables): Promise<string> {
  const TableName = `totals-of-${idempotency}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'visitor', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'visitor', KeyType: 'HASH' }],
    }),
  );
  return TableName;
}

function gatesOf(client: DynamoDBClient, { state }: Tables) {
  return dynamodbFoldStore<Gate>({ client, tableName: state, layout: { keyAttribute: 'visitorId' }, ...ports });
}

async function quarantine(): Promise<boolean> {
  throw new Error('Cannot count the round: an event was quarantined');
}

function expectDone([failure]: readonly KeyFailure[]): void {
  if (failure) throw new Error(`Cannot count the round: ${JSON.stringify(failure)}`);
}

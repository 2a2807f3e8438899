/**
 * The same profiles with Powertools for AWS Lambda: the batch processor with its parser, and an idempotent record handler
 * that keeps its records in DynamoDB, put together as its documentation recommends. Where there is a choice it is made in its
 * favour: the schema is made once and checks the data only, records of different keys run in parallel, and a state is read
 * once per key and batch; the fact that a profile emits is stored with it, as ours.
 * @see https://docs.aws.amazon.com/powertools/typescript/latest/features/idempotency/
 */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { parser } from '@aws-lambda-powertools/batch/parser';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Context } from 'aws-lambda';
import type { BehaviourEvent } from '../../domains/behaviour/events/behaviour-event.ts';
import { layout, processor } from './millrace.ts';
import { visitorRecord } from './powertools-schema.ts';
import type { Processor } from './processor.ts';

type State = ReturnType<typeof processor.initialState>;

const DAY_SECONDS = 86_400;
const CONTEXT = { functionName: 'bench', getRemainingTimeInMillis: () => 60_000 } as Context; // what is read of it

export const powertools: Processor = {
  name: 'Powertools batch + idempotency + parser',
  open(client, tables) {
    process.env.AWS_LAMBDA_FUNCTION_NAME = CONTEXT.functionName;
    const config = new IdempotencyConfig({ eventKeyJmesPath: 'id', expiresAfterSeconds: DAY_SECONDS });
    config.registerLambdaContext(CONTEXT);
    const persistenceStore = new DynamoDBPersistenceLayer({ tableName: tables.idempotency, awsSdkV3Client: client });
    return async batch => {
      const states = new Map<string, Promise<State>>();
      const apply = makeIdempotent(
        async (event: BehaviourEvent) => {
          const { subject } = event;
          const before = await (states.get(subject) ?? readState(client, tables.state, subject));
          const { state, emitted } = processor.evolve(before, event);
          await writeState(client, tables.state, { state, emitted });
          states.set(subject, Promise.resolve(state));
          return { applied: event.id };
        },
        { persistenceStore, config },
      );
      const tails = new Map<string, Promise<unknown>>();
      const inOrder = (record: { readonly kinesis: { readonly data: BehaviourEvent } }) => {
        const event = record.kinesis.data;
        const tail = (tails.get(event.subject) ?? Promise.resolve()).then(() => apply(event));
        tails.set(event.subject, tail);
        return tail;
      };
      const records = new BatchProcessor(EventType.KinesisDataStreams, { parser, schema: visitorRecord });
      const options = { context: CONTEXT, processInParallel: true };
      const answer = await processPartialResponse({ Records: [...batch] }, inOrder, records, options);
      if (answer.batchItemFailures.length > 0) throw new Error(`Cannot count the round: ${records.errors[0]}`);
    };
  },
};

async function readState(client: DynamoDBClient, TableName: string, key: string): Promise<State> {
  const Key = marshall({ [layout.keyAttribute]: key });
  const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  return Item ? (unmarshall(Item).state as State) : processor.initialState(key);
}

async function writeState(
  client: DynamoDBClient,
  TableName: string,
  { state, emitted }: ReturnType<typeof processor.evolve>,
): Promise<void> {
  const outbox = emitted.length > 0 ? { outbox: emitted } : {};
  const item = { [layout.keyAttribute]: state.visitorId, state, ...layout.attributes?.(state), ...outbox };
  await client.send(new PutItemCommand({ TableName, Item: marshall(item, { removeUndefinedValues: true }) }));
}

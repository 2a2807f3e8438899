import type { AwsError } from '../../../local/cloud/aws-error.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { type Journal, memoryJournal } from '../../../local/cloud/journal.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import type { DatabaseOptions } from '../../../local/services/dynamodb/database.ts';
import { dynamodbServices } from '../../../local/services/dynamodb/dynamodb-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

export const START_MS = Date.UTC(2026, 0, 1);

/** An answer of any operation; tests look into it freely. */
// biome-ignore lint/suspicious/noExplicitAny: the shape differs by operation, and a wrong guess fails the test
export type Answer = any;

export interface Fixture {
  readonly cloud: Cloud;
  readonly clock: VirtualClock;
  call(operation: string, input: JsonObject): Promise<Answer>;
  streams(operation: string, input: JsonObject): Promise<Answer>;
  /** The refusal of a call that must fail. */
  refusal(operation: string, input: JsonObject): Promise<AwsError>;
}

export interface FixtureOptions extends DatabaseOptions {
  /** @default a new one */
  readonly clock?: VirtualClock;
  /** @default none */
  readonly journal?: Journal;
  /** @default 1 */
  readonly seed?: number;
}

/** A cloud with DynamoDB alone, on a virtual clock. */
export function dynamodb(fixture: FixtureOptions = {}): Fixture {
  const { clock = new VirtualClock(START_MS), journal = memoryJournal, seed = 1, ...options } = fixture;
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(seed), journal });
  for (const service of dynamodbServices(cloud, options)) cloud.register(service);
  const to = (service: string) => (operation: string, input: JsonObject) =>
    cloud.call<Answer>({ service, operation, input, principal: OPERATOR });
  const call = to('dynamodb');
  return {
    cloud,
    clock,
    call,
    streams: to('dynamodbstreams'),
    refusal: (operation, input) =>
      call(operation, input).then(
        answer => {
          throw new Error(`Expected ${operation} to be refused, got ${JSON.stringify(answer)}`);
        },
        (error: AwsError) => error,
      ),
  };
}

/** Makes table `Things` with key `pk`, and `sk` when asked for; on demand. */
export async function createTable(db: Fixture, input: JsonObject & { sortKey?: 'S' | 'N' | 'B' } = {}): Promise<void> {
  const { sortKey, AttributeDefinitions = [], ...rest } = input;
  await db.call('CreateTable', {
    TableName: 'Things',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      ...(sortKey ? [{ AttributeName: 'sk', AttributeType: sortKey }] : []),
      ...(AttributeDefinitions as unknown[]),
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      ...(sortKey ? [{ AttributeName: 'sk', KeyType: 'RANGE' }] : []),
    ],
    ...rest,
  });
}

export const S = (text: string) => ({ S: text });
export const N = (number: number | string) => ({ N: String(number) });

/** Tables and streams that the public tests of DynamoDB make. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { MappingStage } from '../lambda/mapping-stage.ts';

/** Longer than DynamoDB takes to make a table. */
const CREATION_MS = 60_000;
const FEW_UNITS = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };

/** Makes a table with text keys and waits until it is active. @returns what CreateTable answered */
export async function newTable(
  stage: MappingStage,
  keys: readonly string[],
  settings: JsonObject = {},
): Promise<{ readonly TableName: string; readonly arn: string; readonly created: JsonObject }> {
  const TableName = stage.name('table');
  const created = await stage.answer('dynamodb', 'CreateTable', {
    TableName,
    KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    AttributeDefinitions: keys.map(AttributeName => ({ AttributeName, AttributeType: 'S' })),
    ProvisionedThroughput: FEW_UNITS,
    ...settings,
  });
  await stage.pass(CREATION_MS);
  return { TableName, arn: stage.cloud.arn('dynamodb', `table/${TableName}`), created };
}

export interface OpenShard {
  readonly described: JsonObject;
  readonly iterator: JsonObject;
  /** What has been written since the stream began. */
  records(): Promise<readonly JsonObject[]>;
}

/** The only shard of a table's stream, from its beginning. */
export async function streamShard(stage: MappingStage, created: JsonObject): Promise<OpenShard> {
  const { LatestStreamArn: StreamArn } = created.TableDescription as JsonObject; // of CreateTable
  const described = await stage.answer('dynamodbstreams', 'DescribeStream', { StreamArn });
  const { Shards } = described.StreamDescription as { Shards: readonly { ShardId: string }[] }; // of its answer
  const iterator = await stage.answer('dynamodbstreams', 'GetShardIterator', {
    StreamArn,
    ShardId: Shards[0]?.ShardId,
    ShardIteratorType: 'TRIM_HORIZON',
  });
  return {
    described,
    iterator,
    records: async () => {
      const { ShardIterator } = iterator;
      const { Records } = await stage.answer('dynamodbstreams', 'GetRecords', { ShardIterator });
      return Records as readonly JsonObject[]; // of its answer
    },
  };
}

/** A refusal as Python prints the exception that the recorder's client raises. */
export function printed(operation: string, refusal: JsonObject): string {
  const { Code, Message } = refusal.Error as JsonObject; // of a refused call
  return `An error occurred (${Code}) when calling the ${operation} operation: ${Message}`;
}

/** What a processor's tables say about its keys. */
import type { DynamoDBClient, ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { UsageError } from '../command.ts';
import type { TargetClients } from './target-clients.ts';

/** Where a processor keeps its items and its lanes. */
export interface ProcessorTables {
  readonly processor: string;
  readonly state: string;
  readonly lanes: string;
}

/** @throws UsageError when the stage has no such processor */
export async function findTables(
  { lambda }: TargetClients,
  { processor, functionName }: { readonly processor: string; readonly functionName: string },
): Promise<ProcessorTables> {
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  const command = new GetFunctionConfigurationCommand({ FunctionName: functionName });
  const { Environment } = await lambda.send(command).catch(error => {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return { Environment: undefined };
    throw error;
  });
  const { STATE_TABLE: state, PARKED_TABLE: lanes } = Environment?.Variables ?? {};
  if (state !== undefined && lanes !== undefined) return { processor, state, lanes };
  throw new UsageError(`Cannot verify '${processor}': it must be a fold of this stage, ${functionName} is none`);
}

/** The keys of all items in a table of states. */
export async function storedKeys(client: DynamoDBClient, table: string): Promise<string[]> {
  const { DescribeTableCommand, ScanCommand } = await import('@aws-sdk/client-dynamodb');
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
  const name = Table?.KeySchema?.[0]?.AttributeName ?? 'key';
  const keys: string[] = [];
  let start: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const answer: ScanCommandOutput = await client.send(
      new ScanCommand({
        TableName: table,
        ProjectionExpression: '#key',
        FilterExpression: 'attribute_not_exists(#ids)', // a page of ids is no item
        ExpressionAttributeNames: { '#key': name, '#ids': 'ids' },
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    keys.push(...(answer.Items ?? []).flatMap(item => item[name]?.S ?? []));
    start = answer.LastEvaluatedKey;
  } while (start);
  return keys;
}

/** Sequence number of the last record in a key's lane; absent when nothing is in it. */
export async function laneEnd(
  client: DynamoDBClient,
  { processor, lanes }: ProcessorTables,
  key: string,
): Promise<string | undefined> {
  const { QueryCommand } = await import('@aws-sdk/client-dynamodb');
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: lanes,
      KeyConditionExpression: 'lane = :lane',
      ExpressionAttributeValues: { ':lane': { S: `${processor}#${key}` } },
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: 1,
    }),
  );
  return Items[0]?.sequence?.S?.replace(/^0+(?=\d)/, '');
}

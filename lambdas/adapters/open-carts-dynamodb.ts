import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';

export interface OpenCartsOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly indexName: string;
  readonly buckets: readonly string[];
}

/**
 * Visitors whose carts have been idle since `cutoffMs` or longer, at most `limit` of them. The index is eventually
 * consistent: read the profile again before acting on it.
 */
export async function idleCarts(options: OpenCartsOptions, cutoffMs: number, limit: number): Promise<string[]> {
  const found: string[] = [];
  for (const bucket of options.buckets) {
    const input = {
      TableName: options.tableName,
      IndexName: options.indexName,
      KeyConditionExpression: 'openCartBucket = :bucket AND cartIdleAt <= :cutoff',
      ExpressionAttributeValues: marshall({ ':bucket': bucket, ':cutoff': cutoffMs }),
    };
    for await (const page of paginateQuery({ client: options.client }, input)) {
      found.push(...(page.Items ?? []).map(item => item.visitorId?.S ?? '').filter(Boolean));
      if (found.length >= limit) return found.slice(0, limit);
    }
  }
  return found;
}

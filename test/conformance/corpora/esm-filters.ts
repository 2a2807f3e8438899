import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { filterableJson, recordFilter } from '../../../local/invoke/event-source-mapping/record-filter.ts';
import { dynamodbServices } from '../../../local/services/dynamodb/dynamodb-service.ts';
import { isJsonObject } from '../../../local/services/states/json-object.ts';
import type { Corpus } from '../corpus.ts';
import { rowCorpus } from '../json-rows.ts';
import { type CaseVerdict, failed, outOfScope, PASSED } from '../verdict.ts';
import { newCloud } from '../wire.ts';

/** Every stream record has the time at which it was made; the recordings leave it out. */
const CREATED_SECONDS = 1.7e9;

/** Which records reach the function, by the filter of its event source mapping. The filter has no API of its own. */
export const esmFilters: Corpus = rowCorpus({ name: 'esm-filters', source: 'recorded on AWS', judge });

async function judge(row: JsonObject): Promise<CaseVerdict> {
  const { filters, expected } = row;
  if (!Array.isArray(filters) || typeof expected !== 'boolean') return outOfScope('the row has no filters');
  if (row.service === 'dynamodb' && row.record === null) return judgeIdenticalPut(expected);
  const record = filteredJson(row);
  if (record === undefined) return outOfScope(`no mapping for the service ${row.service}`);
  const filter = recordFilter(
    filters.map(pattern => (typeof pattern === 'string' ? pattern : JSON.stringify(pattern))),
  );
  const passes = filter === undefined || filter(record);
  return passes === expected ? PASSED : failed(expected, passes);
}

/** The record as the mapping shows it to its filter. */
function filteredJson({ service, record, data }: JsonObject): string | undefined {
  const members = isJsonObject(record) ? record : {};
  switch (service) {
    case 'kinesis':
      return filterableJson({ partitionKey: 'k', ...members }, 'data', textOf(data ?? members.data));
    case 'sqs':
      return filterableJson(members, 'body', textOf(members.body));
    case 'dynamodb': {
      const change = isJsonObject(members.dynamodb) ? members.dynamodb : {};
      return JSON.stringify({ ...members, dynamodb: { ApproximateCreationDateTime: CREATED_SECONDS, ...change } });
    }
    default:
      return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Rows without a record say that an identical put makes none; so ask the table's stream. */
async function judgeIdenticalPut(expected: boolean): Promise<CaseVerdict> {
  const { cloud, clock } = newCloud();
  for (const service of dynamodbServices(cloud)) cloud.register(service);
  const call = (operation: string, input: JsonObject, service = 'dynamodb') =>
    cloud.call<JsonObject>({ service, operation, input, principal: OPERATOR });
  const { TableDescription: table } = await call('CreateTable', {
    TableName: 'records',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
  await clock.advance(60_000);
  for (const _ of ['first', 'identical']) await call('PutItem', { TableName: 'records', Item: { id: { S: 'id' } } });
  const StreamArn = (table as JsonObject).LatestStreamArn; // as the API says
  const { StreamDescription: stream } = await call('DescribeStream', { StreamArn }, 'dynamodbstreams');
  let made = 0;
  for (const { ShardId } of (stream as { Shards: JsonObject[] }).Shards) {
    const shard = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator } = await call('GetShardIterator', shard, 'dynamodbstreams');
    const { Records } = await call('GetRecords', { ShardIterator }, 'dynamodbstreams');
    made += (Records as unknown[]).length;
  }
  await cloud.close();
  return made > 1 === expected ? PASSED : failed(expected, `${made} stream records after two identical puts`);
}

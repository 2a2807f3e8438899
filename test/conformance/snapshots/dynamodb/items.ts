/** What `tests/aws/services/dynamodb/test_dynamodb.py` does with items, step by step. */
import type { JsonObject } from '../../../../local/cloud/service.ts';
import type { RecordedTest } from '../lambda/recorded-test.ts';
import { pythonBytes } from '../python-bytes.ts';
import { newTable, printed, streamShard } from './tables.ts';

const FOOBAR = Buffer.from('foobar').toString('base64');
const NO_TEXT = Buffer.from([0x90]).toString('base64');
const BOTH_IMAGES = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } };
/** In the place of the table's name, where it is the name of a member. */
const TABLE = '<test-table>';

/** An item as the recorder's client shows it: blobs as bytes. */
function withBytes(item: unknown): JsonObject {
  const attributes = Object.entries((item ?? {}) as Readonly<Record<string, JsonObject>>); // an item
  return Object.fromEntries(
    attributes.map(([name, value]) => [name, 'B' in value ? { B: pythonBytes(value.B) } : value]),
  );
}

export const ITEM_TESTS: Readonly<Record<string, RecordedTest>> = {
  test_return_values_in_put_item: async stage => {
    const { TableName } = await newTable(stage, ['id']);
    const put = (id: string, data: string, more: JsonObject = {}) =>
      stage.answer('dynamodb', 'PutItem', { TableName, Item: { id: { S: id }, data: { S: data } }, ...more });
    const ReturnValues = 'ALL_OLD';
    return {
      PutFirstItem: await put('id1', 'foobar', { ReturnValues }),
      PutFirstItemOLD: await put('id1', 'foobar', { ReturnValues }),
      PutFirstItemB: await put('id1', 'barfoo', { ReturnValues }),
      PutSecondItem: await put('id2', 'foobar', { ReturnValues }),
      PutSecondItemReturnNone: await put('id2', 'foobar'),
    };
  },

  test_batch_write_binary: async stage => {
    const { TableName } = await newTable(stage, ['id']);
    const Item = { id: { S: 'someUser' }, binaryData: { B: FOOBAR } };
    const RequestItems = { [TableName]: [{ PutRequest: { Item } }] };
    return { Response: await stage.answer('dynamodb', 'BatchWriteItem', { RequestItems }) };
  },

  test_batch_write_items: async stage => {
    const { TableName } = await newTable(stage, ['id']);
    await stage.answer('dynamodb', 'PutItem', { TableName, Item: { id: { S: 'Fred' } } });
    const RequestItems = {
      [TableName]: [{ DeleteRequest: { Key: { id: { S: 'Fred' } } } }, { PutRequest: { Item: { id: { S: 'Bob' } } } }],
    };
    return { BatchWriteResponse: await stage.answer('dynamodb', 'BatchWriteItem', { RequestItems }) };
  },

  test_batch_write_not_matching_schema: async stage => {
    const { TableName } = await newTable(stage, ['id', 'sortKey']);
    const RequestItems = { [TableName]: [{ PutRequest: { Item: { nonKey: { S: 'hello' } } } }] };
    const refusal = await stage.answer('dynamodb', 'BatchWriteItem', { RequestItems });
    return { ValidationException: printed('BatchWriteItem', refusal) };
  },

  test_batch_write_not_existing_table: async stage => ({
    'exc-not-found-transact-write-items': await stage.answer('dynamodb', 'TransactWriteItems', {
      TransactItems: [{ Put: { TableName: 'non-existing-table', Item: {} } }],
    }),
  }),

  test_dynamodb_get_batch_items: async stage => {
    const { TableName } = await newTable(stage, ['PK']);
    const RequestItems = { [TableName]: { Keys: [{ PK: { S: 'test-key' } }] } };
    const { Responses, ...answer } = await stage.answer('dynamodb', 'BatchGetItem', { RequestItems });
    const { [TableName]: items, ...others } = Responses as JsonObject; // of its answer
    return { Response: { ...answer, Responses: { [TABLE]: items, ...others } } };
  },

  test_transaction_write_items: async stage => {
    const { TableName, arn } = await newTable(stage, ['id']);
    await stage.answer('dynamodb', 'PutItem', { TableName, Item: { id: { S: 'Fred' } } });
    const write = (TableName: string) =>
      stage.answer('dynamodb', 'TransactWriteItems', {
        TransactItems: [
          {
            ConditionCheck: {
              TableName,
              ConditionExpression: 'attribute_not_exists(id)',
              Key: { id: { S: 'test1' } },
            },
          },
          { Put: { TableName, Item: { id: { S: 'test2' } } } },
          {
            Update: {
              TableName,
              Key: { id: { S: 'test3' } },
              UpdateExpression: 'SET attr1 = :v1, attr2 = :v2',
              ExpressionAttributeValues: { ':v1': { S: 'value1' }, ':v2': { S: 'value2' } },
            },
          },
          { Delete: { TableName, Key: { id: { S: 'Fred' } } } },
        ],
      });
    return { Response: await write(TableName), Response_using_table_arn: await write(arn) };
  },

  test_transaction_write_canceled: async stage => {
    const { TableName } = await newTable(stage, ['id']);
    await stage.answer('dynamodb', 'PutItem', { TableName, Item: { id: { S: 'Fred' } } });
    const ConditionExpression = 'attribute_not_exists(id)';
    const refusal = await stage.answer('dynamodb', 'TransactWriteItems', {
      TransactItems: [
        { ConditionCheck: { TableName, ConditionExpression, Key: { id: { S: 'Fred' } } } },
        { Put: { TableName, Item: { id: { S: 'Bert' } } } },
      ],
    });
    return { Error: printed('TransactWriteItems', refusal) };
  },

  test_transaction_write_binary_data: async stage => {
    const { TableName } = await newTable(stage, ['id']);
    const Item = { id: { S: 'someUser' }, binaryData: { B: FOOBAR } };
    const written = await stage.answer('dynamodb', 'TransactWriteItems', {
      TransactItems: [{ Put: { TableName, Item } }],
    });
    const read = await stage.answer('dynamodb', 'GetItem', { TableName, Key: { id: { S: 'someUser' } } });
    return { WriteResponse: written, GetItem: withBytes(read.Item) };
  },

  test_transact_get_items: async stage => {
    const { TableName, arn } = await newTable(stage, ['id']);
    for (const id of ['John', 'Sarah'])
      await stage.answer('dynamodb', 'PutItem', { TableName, Item: { id: { S: id } } });
    const get = (table: string, id: string) =>
      stage.answer('dynamodb', 'TransactGetItems', {
        TransactItems: [{ Get: { Key: { id: { S: id } }, TableName: table } }],
      });
    return {
      TransactGetItems: await get(TableName, 'John'),
      'TransactGetItems-with-TableArn': await get(arn, 'Sarah'),
    };
  },

  test_dynamodb_idempotent_writing: async stage => {
    const { TableName } = await newTable(stage, ['id', 'name']);
    const write = (Item: JsonObject) =>
      stage.answer('dynamodb', 'TransactWriteItems', {
        ClientRequestToken: 'dedupe_token',
        TransactItems: [{ Put: { TableName, Item } }],
      });
    return {
      Response1: await write({ id: { S: 'id1' }, name: { S: 'name1' } }),
      Response2: await write({ name: { S: 'name1' }, id: { S: 'id1' } }),
    };
  },

  test_data_encoding_consistency: async stage => {
    const { TableName, created } = await newTable(stage, ['id'], BOTH_IMAGES);
    const shard = await streamShard(stage, created);
    const Key = { id: { S: 'id1' } };
    const item = async () => withBytes((await stage.answer('dynamodb', 'GetItem', { TableName, Key })).Item);
    const image = async (index: number) => {
      const records = (await shard.records()) as readonly { dynamodb: JsonObject }[];
      return withBytes(records[index]?.dynamodb.NewImage);
    };
    await stage.answer('dynamodb', 'PutItem', {
      TableName,
      Item: { ...Key, version: { N: '1' }, data: { B: NO_TEXT } },
    });
    const before = { GetItem: await item(), GetRecords: await image(0) };
    await stage.answer('dynamodb', 'UpdateItem', {
      TableName,
      Key,
      UpdateExpression: 'SET version=:v',
      ExpressionAttributeValues: { ':v': { N: '2' } },
    });
    return { ...before, GetItemAfterUpdate: await item(), GetRecordsAfterUpdate: await image(1) };
  },

  test_transact_write_items_streaming: async stage => {
    const { TableName, created } = await newTable(stage, ['id'], BOTH_IMAGES);
    const shard = await streamShard(stage, created);
    const put = (id: string, more: JsonObject = {}) => ({ Put: { TableName, Item: { id: { S: id }, ...more } } });
    const update = (id: string, values: Readonly<Record<string, string>>) => {
      const named = Object.keys(values).map(name => `${name} = :${name}`);
      const typed = Object.entries(values).map(([name, value]) => [`:${name}`, { S: value }]);
      const UpdateExpression = `SET ${named.join(', ')}`;
      const ExpressionAttributeValues = Object.fromEntries(typed);
      return { Update: { TableName, Key: { id: { S: id } }, UpdateExpression, ExpressionAttributeValues } };
    };
    const write = (...TransactItems: readonly JsonObject[]) =>
      stage.answer('dynamodb', 'TransactWriteItems', { TransactItems });
    return {
      'create-table': created,
      'describe-stream': shard.described,
      'put-item-1': await stage.answer('dynamodb', 'PutItem', put('Fred').Put),
      'transact-write-response-overwrite': await write(put('Fred'), put('NewKey')),
      'transact-write-response-update': await write(update('NewKey', { attr1: 'value1', attr2: 'value2' })),
      'transact-write-update-insert': await write(update('NonExistentKey', { attr1: 'value1' })),
      'transact-write-response-delete': await write(
        { Delete: { TableName, Key: { id: { S: 'NewKey' } } } },
        put('Fred', { name: { S: 'Fred' } }),
        update('NonExistentKey', { attr1: 'value1' }),
      ),
      'get-records': { Records: await shard.records() },
    };
  },
};

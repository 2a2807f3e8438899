import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { FoldItem } from '../../core/index.ts';
import { operatingError } from './aws-errors.ts';
import { fromAttributes } from './fold-item-dynamodb.ts';
import { isIdPage } from './recent-ids-attribute.ts';

/** One fold item for a reader, eventually consistent: it may be a moment old. */
export async function readFoldItem<State>(
  client: DynamoDBClient,
  table: { readonly name: string; readonly keyAttribute: string },
  key: string,
): Promise<FoldItem<State> | undefined> {
  const command = new GetItemCommand({ TableName: table.name, Key: { [table.keyAttribute]: { S: key } } });
  const answer = await client.send(command).catch(error => {
    throw operatingError(error);
  });
  return answer.Item && !isIdPage(answer.Item)
    ? fromAttributes(answer.Item, { keyAttribute: table.keyAttribute })
    : undefined;
}

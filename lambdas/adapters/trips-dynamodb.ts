import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { TravelFact } from '../../domains/travel/events/travel-fact.ts';
import { type TripView, tripChange } from '../../domains/travel/projections/trip-view.ts';
import { errorName, operatingError } from './aws-errors.ts';

/**
 * Writes what a fact says about its trip, unless the fact is there already.
 * @returns whether it was new
 */
export async function projectTripFact(client: DynamoDBClient, tableName: string, fact: TravelFact): Promise<boolean> {
  const [member, value] = Object.entries(tripChange(fact))[0] ?? [];
  if (member === undefined) return false;
  const input = {
    TableName: tableName,
    Key: marshall({ tripId: fact.data.tripId }),
    UpdateExpression: 'SET #member = :value',
    ConditionExpression: 'attribute_not_exists(#member)',
    ExpressionAttributeNames: { '#member': member },
    ExpressionAttributeValues: marshall({ ':value': value }, { removeUndefinedValues: true }),
  };
  try {
    await client.send(new UpdateItemCommand(input));
    return true;
  } catch (error) {
    if (errorName(error) === 'ConditionalCheckFailedException') return false;
    throw operatingError(error);
  }
}

/** A trip as it is projected; `undefined` when nothing is known of it. */
export async function readTrip(
  client: DynamoDBClient,
  tableName: string,
  tripId: string,
): Promise<TripView | undefined> {
  const command = new GetItemCommand({ TableName: tableName, Key: marshall({ tripId }) });
  const answer = await client.send(command).catch(error => {
    throw operatingError(error);
  });
  return answer.Item && (unmarshall(answer.Item) as TripView); // written by projectTripFact only
}

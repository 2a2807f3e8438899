import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { canonicalJson } from '../../core/index.ts';
import type { TravelFact } from '../../domains/travel/events/travel-fact.ts';
import { type TripView, tripChange } from '../../domains/travel/projections/trip-view.ts';
import { errorName, operatingError } from './aws-errors.ts';
import type { ConsumeOutcome } from './consume-once-dynamodb.ts';

/**
 * Writes what a fact says about its trip, unless the fact is there already. The member that a fact fills is itself the memory
 * of it: a second delivery finds it there, and so does another fact under the same id.
 * @returns `conflict` when the fact's id stands for other content
 */
export async function projectTripFact(
  client: DynamoDBClient,
  tableName: string,
  fact: TravelFact,
): Promise<ConsumeOutcome> {
  const [member, value] = Object.entries(tripChange(fact))[0] ?? [];
  if (member === undefined) return 'duplicate';
  const input = {
    TableName: tableName,
    Key: marshall({ tripId: fact.data.tripId }),
    UpdateExpression: 'SET #member = :value',
    ConditionExpression: 'attribute_not_exists(#member)',
    ExpressionAttributeNames: { '#member': member },
    ExpressionAttributeValues: marshall({ ':value': value }, { removeUndefinedValues: true }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as const;
  try {
    await client.send(new UpdateItemCommand(input));
    return 'consumed';
  } catch (error) {
    if (errorName(error) !== 'ConditionalCheckFailedException') throw operatingError(error);
    const found = error instanceof ConditionalCheckFailedException && error.Item && unmarshall(error.Item)[member];
    const isOther = found && found.eventId === fact.id && canonicalJson(found) !== canonicalJson(value);
    return isOther ? 'conflict' : 'duplicate';
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

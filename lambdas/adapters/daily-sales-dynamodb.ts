import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { DailySales } from '../../domains/behaviour/projections/daily-sales.ts';
import { operatingError } from './aws-errors.ts';

/** A range of days, both ends included; an end that is left out is open. */
export interface DayRange {
  readonly from?: string;
  readonly to?: string;
}

/** The sales of the days in a range, in the order of the days. A year is 365 small items: a scan serves. */
export async function readDailySales(
  client: DynamoDBClient,
  tableName: string,
  range: DayRange,
): Promise<DailySales[]> {
  const days: DailySales[] = [];
  const { from = '0000', to = '9999-99-99' } = range;
  const input = {
    TableName: tableName,
    FilterExpression: '#day BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#day': 'day' },
    ExpressionAttributeValues: marshall({ ':from': from, ':to': to }),
  };
  try {
    for await (const page of paginateScan({ client }, input)) {
      // Written by the sales table's adapter only: day, lines, quantity, amountMilli.
      for (const item of page.Items ?? []) days.push(unmarshall(item) as DailySales);
    }
  } catch (error) {
    throw operatingError(error);
  }
  return days.sort((a, b) => (a.day < b.day ? -1 : 1));
}

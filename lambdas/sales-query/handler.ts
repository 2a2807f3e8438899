import { totalSales } from '../../domains/behaviour/projections/daily-sales.ts';
import { type DayRange, readDailySales } from '../adapters/daily-sales-dynamodb.ts';
import { dynamodbClient } from '../runtime/clients.ts';
import { textVariable } from '../runtime/environment.ts';
import { answering, type HttpAnswer, type HttpRequest, json, RequestProblem } from '../runtime/http.ts';
import { inTime } from '../runtime/in-time.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** `GET /sales?from=YYYY-MM-DD&to=YYYY-MM-DD`: sales by UTC day, both ends included, and their total. */
export const handler = inTime(async (request: HttpRequest): Promise<HttpAnswer> => {
  return answering(async () => {
    const days = await readDailySales(dynamodbClient(), textVariable('SALES_TABLE'), readRange(request));
    return json(200, { days, total: totalSales(days) });
  });
});

function readRange(request: HttpRequest): DayRange {
  const { from, to } = request.queryStringParameters ?? {};
  for (const [name, day] of Object.entries({ from, to })) {
    if (day === undefined || (DAY.test(day) && !Number.isNaN(Date.parse(day)))) continue;
    throw new RequestProblem({
      status: 400,
      title: 'Not a day',
      field: name,
      value: day,
      reason: 'must be a day, YYYY-MM-DD',
    });
  }
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

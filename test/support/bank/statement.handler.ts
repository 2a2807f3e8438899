import { foldHandler } from '../../../lambdas/runtime/fold-handler.ts';
import { statement } from './deeds.ts';

const fold = foldHandler(statement);

/** Keeps the statements; never returns while an event with the product `forever` is among those it is given. */
export const handler = (event: Parameters<typeof fold>[0], context?: Parameters<typeof fold>[1]) => {
  const isForever = 'Records' in event && event.Records.some(({ kinesis }) => productOf(kinesis.data) === 'forever');
  return isForever ? new Promise<never>(() => {}) : fold(event, context);
};

function productOf(data: string): unknown {
  return JSON.parse(Buffer.from(data, 'base64').toString()).data?.product;
}

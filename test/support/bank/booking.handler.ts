import { transactHandler } from '../../../lambdas/runtime/transact-handler.ts';
import { booking } from './deeds.ts';

/** Books. */
export const handler = transactHandler(booking);

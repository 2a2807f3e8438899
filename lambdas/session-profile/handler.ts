import { sessionProfile } from '../../domains/behaviour/processors/session-profile-processor.ts';
import { foldHandler } from '../runtime/fold-handler.ts';

/** Folds what visitors do into session profiles. */
export const handler = foldHandler(sessionProfile);

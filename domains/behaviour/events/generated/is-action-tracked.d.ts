// Generated from the event schemas by domains/generate-events.ts; edit those instead.
import type { Validator } from '../../../../core/index.ts';
import type { ActionTracked } from './data-types.ts';

export const isActionTracked: Validator<ActionTracked>;

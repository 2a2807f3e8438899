import { type RegisteredSchema, registeredSchema } from '../core/index.ts';
import { schemas as behaviourSchemas } from './behaviour/events/generated/schemas.js';
import { schemas as travelSchemas } from './travel/events/generated/schemas.js';

/** The schemas of every event, all domains together, as they are registered: a new domain adds its own here. */
export const registeredSchemas: readonly RegisteredSchema[] = [...behaviourSchemas, ...travelSchemas].map(
  registeredSchema,
);

// Generated from the event schemas by domains/generate-events.ts; edit those instead.
import type { SchemaObject } from '../../../../core/index.ts';

/** Every schema of the domain, whole. */
export const schemas: readonly SchemaObject[];

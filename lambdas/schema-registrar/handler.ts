import { registeredSchema, type SchemaObject } from '../../core/index.ts';
import { registeredSchemas } from '../../domains/registered-schemas.ts';
import { addSchemas, dynamodbSchemaRegistry } from '../adapters/schema-registry-dynamodb.ts';
import { dynamodbClient } from '../runtime/clients.ts';
import {
  answerCustomResource,
  type CustomResourceRequest,
  isCustomResourceRequest,
} from '../runtime/custom-resource.ts';
import { textVariable } from '../runtime/environment.ts';
import { inTime } from '../runtime/in-time.ts';
import { logger } from '../runtime/logger.ts';
import { once } from '../runtime/once.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { type RegisterDependencies, type RegisterReport, registerSchemas } from './register-schemas.ts';

/** Schemas that somebody registers without deploying. */
export interface RegisterRequest {
  readonly register: readonly SchemaObject[];
}

const log = once(() => logger('schema-registrar'));
const dependencies = once((): RegisterDependencies => {
  const client = dynamodbClient();
  const tableName = textVariable('SCHEMAS_TABLE');
  return {
    registry: dynamodbSchemaRegistry(client, tableName),
    add: (schemas, head) => {
      const registeredAt = new Date(systemClock.now()).toISOString();
      return addSchemas({ client, tableName, head, registeredAt }, schemas);
    },
  };
});

/**
 * Registers schemas: those that it was deployed with, when CloudFormation makes or updates the resource that stands for them;
 * others, when it is asked to. When the resource is deleted, what is registered stays.
 */
export const handler = inTime(
  async (event: CustomResourceRequest | RegisterRequest): Promise<RegisterReport | undefined> => {
    if (!isCustomResourceRequest(event)) return register(event.register.map(registeredSchema));
    await answerCustomResource(event, async () => {
      const physicalId = textVariable('SCHEMAS_TABLE');
      if (event.RequestType === 'Delete') return { physicalId };
      const { revision, added } = await register(registeredSchemas);
      return { physicalId, data: { Revision: String(revision), Added: String(added.length) } };
    });
    return undefined;
  },
);

async function register(schemas: RegisterableSchemas): Promise<RegisterReport> {
  const report = await registerSchemas(schemas, dependencies());
  log().info('Registered schemas', { ...report });
  return report;
}

type RegisterableSchemas = Parameters<typeof registerSchemas>[0];

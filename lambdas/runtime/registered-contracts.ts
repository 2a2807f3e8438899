import { type EventContract, messageOf, type RegisteredContracts, registeredContracts } from '../../core/index.ts';
import { dynamodbSchemaRegistry } from '../adapters/schema-registry-dynamodb.ts';
import { dynamodbClient } from './clients.ts';
import { optionalVariable } from './environment.ts';
import { logger } from './logger.ts';
import { hopMetrics } from './metrics.ts';
import { systemClock } from './system-clock.ts';

/**
 * What the registry knows beyond the contracts of the code, for one hop; the table is in SCHEMAS_TABLE, and without one the
 * code's own contracts are all there is. A registry that cannot be read is counted (`RegistryUnreadable`) and logged.
 */
export function contractsOf(hop: string, own: readonly EventContract[]): RegisteredContracts {
  const tableName = optionalVariable('SCHEMAS_TABLE');
  if (tableName === undefined) return { refresh: async () => {}, contractFor: contract => contract };
  return registeredContracts({
    registry: dynamodbSchemaRegistry(dynamodbClient(), tableName),
    clock: systemClock,
    own,
    onFailure(error) {
      hopMetrics(hop)({ RegistryUnreadable: 1 });
      const serving = own.map(({ type, version }) => `${type} ${version}`);
      logger(hop).error('Cannot read the registry of schemas: what is known serves', {
        reason: messageOf(error),
        serving,
      });
    },
  });
}

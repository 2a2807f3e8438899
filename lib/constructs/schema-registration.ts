import { CustomResource, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { canonicalJson, contentHash, type RegisteredSchema } from '../../core/index.ts';
import type { MillraceConfig } from '../config.ts';
import { NAMES } from '../references.ts';
import { EventTable } from './event-table.ts';
import type { HandlerBundles } from './handler-bundles.ts';
import { HandlerFunction } from './handler-function.ts';

export interface SchemaRegistrationProps {
  readonly config: MillraceConfig;
  readonly bundles: HandlerBundles;
  readonly schemas: readonly RegisteredSchema[];
}

/**
 * The registry that handlers read: a table with every version of every schema, filled by a function that carries the
 * schemas. CloudFormation calls it when they change. It may add, and neither change nor take away: there are no such rights.
 */
export class SchemaRegistration extends Construct {
  constructor(scope: Construct, id: string, { config, bundles, schemas }: SchemaRegistrationProps) {
    super(scope, id);
    const table = new EventTable(this, 'Schemas', {
      config,
      name: NAMES.schemas,
      partitionKey: ['type', 'S'],
      sortKey: ['version', 'S'],
    });
    const registrar = new HandlerFunction(this, 'Registrar', {
      config,
      bundles,
      handler: 'schema-registrar',
      description: 'Registers the schemas of events, each version once and for ever',
      environment: { SCHEMAS_TABLE: table.tableName },
    });
    table.grantItems(registrar, 'GetItem', 'Query', 'PutItem');
    new CustomResource(this, 'Registered', {
      serviceToken: registrar.function.functionArn,
      resourceType: 'Custom::RegisteredSchemas',
      serviceTimeout: Duration.minutes(2),
      properties: { Content: contentHash(canonicalJson(schemas)) },
    });
  }
}

import { CfnRegistry, CfnSchema } from 'aws-cdk-lib/aws-eventschemas';
import { Construct } from 'constructs';
import { type RegisteredSchema, schemaOfBusEvent } from '../../core/index.ts';
import type { MillraceConfig } from '../config.ts';
import { resourceName } from '../names.ts';

export interface EventSchemaRegistryProps {
  readonly config: MillraceConfig;
  readonly schemas: readonly RegisteredSchema[];
}

/** EventBridge keeps descriptions up to here. */
const LONGEST_DESCRIPTION = 256;

/**
 * The schemas in EventBridge's own registry, for people: to look them up in the console and to download code bindings. It
 * speaks draft 4 and enforces nothing; what enforces is the table that handlers read.
 */
export class EventSchemaRegistry extends Construct {
  constructor(scope: Construct, id: string, { config, schemas }: EventSchemaRegistryProps) {
    super(scope, id);
    const registry = new CfnRegistry(this, 'Registry', {
      registryName: resourceName(config, 'events'),
      description: `Events of Millrace ${config.stage}, as they look on the bus`,
    });
    for (const { type, version, schema } of schemas) {
      const described = typeof schema.description === 'string' ? schema.description : '';
      new CfnSchema(this, type, {
        registryName: registry.attrRegistryName,
        schemaName: type,
        type: 'JSONSchemaDraft4',
        description: `${version}: ${described}`.slice(0, LONGEST_DESCRIPTION),
        content: JSON.stringify(schemaOfBusEvent({ type, version, schema })),
      });
    }
  }
}

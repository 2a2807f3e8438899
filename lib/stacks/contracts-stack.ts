import type { Construct } from 'constructs';
import { registeredSchemas } from '../../domains/registered-schemas.ts';
import { EventSchemaRegistry } from '../constructs/event-schema-registry.ts';
import { SchemaRegistration } from '../constructs/schema-registration.ts';
import { MillraceStack, type MillraceStackProps } from './millrace-stack.ts';

/** What events look like, for handlers and for people. It is deployed first: who writes a version finds it registered. */
export class ContractsStack extends MillraceStack {
  constructor(scope: Construct, props: MillraceStackProps) {
    super(scope, 'contracts: the schemas of every event, in every version', props);
    const { config, bundles } = this;
    new SchemaRegistration(this, 'Registration', { config, bundles, schemas: registeredSchemas });
    new EventSchemaRegistry(this, 'EventBridge', { config, schemas: registeredSchemas });
  }
}

import { Stack } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { MillraceConfig } from '../config.ts';
import { resourceName } from '../names.ts';
import { NAMES } from '../references.ts';
import type { HandlerFunction } from './handler-function.ts';

/** Lets a handler read the registry of schemas, by its name: the table is in `SCHEMAS_TABLE`. */
export function letReadSchemas(handler: HandlerFunction, config: MillraceConfig): void {
  const tableName = resourceName(config, NAMES.schemas);
  handler.function.addEnvironment('SCHEMAS_TABLE', tableName);
  Grant.addToPrincipal({
    grantee: handler,
    actions: ['dynamodb:GetItem', 'dynamodb:Query'],
    resourceArns: [Stack.of(handler).formatArn({ service: 'dynamodb', resource: 'table', resourceName: tableName })],
  });
}

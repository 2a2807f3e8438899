import type { DeployedResource } from './deployed-resources.ts';
import { isRecord, recordsOf, textsOf } from './template-values.ts';

/** What a role may do to what. */
export interface Grant {
  /** Id of the role, as other resources refer to it. */
  readonly role: string;
  readonly action: string;
  /** An ARN, perhaps with a path or a wildcard behind it. */
  readonly resource: string;
}

/** Everything that the policies of an app allow, one action and one resource at a time. */
export function grantedActions(resources: readonly DeployedResource[]): readonly Grant[] {
  return resources.flatMap(resource => {
    const { properties } = resource;
    if (resource.type === 'AWS::IAM::Policy') {
      return textsOf(properties.Roles).flatMap(role => documentGrants(role, properties.PolicyDocument));
    }
    if (resource.type !== 'AWS::IAM::Role') return [];
    return recordsOf(properties.Policies).flatMap(policy => documentGrants(resource.arn, policy.PolicyDocument));
  });
}

function documentGrants(role: string, document: unknown): readonly Grant[] {
  const statements = isRecord(document) ? recordsOf(document.Statement) : [];
  return statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(statement =>
      textsOf(statement.Action).flatMap(action =>
        textsOf(statement.Resource).map(resource => ({ role, action, resource })),
      ),
    );
}

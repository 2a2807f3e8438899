import { AwsError } from '../../cloud/aws-error.ts';

/** A function as a caller names it. */
export interface FunctionReference {
  readonly name: string;
  readonly qualifier?: string;
}

const NAME = /^[a-zA-Z0-9-_]{1,64}$/;
const QUALIFIER = /^(\$LATEST|[a-zA-Z0-9-_$]{1,128})$/;

/**
 * Understands all the ways to name a function: `name`, `name:qualifier`, `account:function:name` and the ARN, with or
 * without qualifier. @throws AwsError ValidationException
 */
export function parseFunctionName(text: string): FunctionReference {
  const rest = text.replace(/^(arn:aws[a-z-]*:lambda:[a-z0-9-]+:)?(\d{12}:)?(function:)?/, '');
  const [name = '', qualifier, ...more] = rest.split(':');
  if (!NAME.test(name) || (qualifier !== undefined && !QUALIFIER.test(qualifier)) || more.length > 0) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`,
    );
  }
  return qualifier === undefined ? { name } : { name, qualifier };
}

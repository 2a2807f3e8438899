import { AwsError } from '../../cloud/aws-error.ts';
import type { JsonObject } from '../../cloud/service.ts';
import type { ParameterStore } from './parameter-store.ts';

const TYPES = ['String', 'StringList', 'SecureString'];
const NAME = /^[A-Za-z0-9_.\-/]{1,1011}$/;
const MOST_LEVELS = 15;
/** Longest value by tier, characters. */
const LONGEST_VALUE = { Standard: 4096, Advanced: 8192 };

export function putParameter(store: ParameterStore, input: JsonObject, nowMs: number): JsonObject {
  const { Name: name, Value: value } = input;
  if (typeof name !== 'string' || typeof value !== 'string' || value === '') {
    throw new AwsError(
      'ValidationException',
      "1 validation error detected: Value at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  }
  checkName(name);
  const previous = store.latest(name);
  if (previous && input.Overwrite !== true) {
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
  const type = String(input.Type ?? previous?.type ?? '');
  if (!TYPES.includes(type)) {
    throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
  }
  const tier = input.Tier === 'Advanced' || input.Tier === 'Intelligent-Tiering' ? 'Advanced' : 'Standard';
  checkValue(value, tier, input.AllowedPattern);
  const added = store.add(name, {
    type,
    value,
    description: typeof input.Description === 'string' ? input.Description : previous?.description,
    allowedPattern: typeof input.AllowedPattern === 'string' ? input.AllowedPattern : previous?.allowedPattern,
    dataType: String(input.DataType ?? 'text'),
    modifiedMs: nowMs,
  });
  return { Version: added.version, Tier: tier };
}

function checkName(name: string): void {
  const isHierarchy = name.includes('/');
  if (!NAME.test(name) || (isHierarchy && !name.startsWith('/'))) {
    const message = isHierarchy
      ? 'Parameter name must be a fully qualified name: it must begin with a forward slash'
      : 'Parameter name: can only include the following symbols: a-zA-Z0-9_.-/';
    throw new AwsError('ValidationException', message);
  }
  if (/^\/?(aws|ssm)/i.test(name)) {
    throw new AwsError(
      'ValidationException',
      `Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive): ${name}`,
    );
  }
  if (name.split('/').length - 1 > MOST_LEVELS) {
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      `A hierarchy can have a maximum of ${MOST_LEVELS} levels.`,
    );
  }
}

function checkValue(value: string, tier: 'Standard' | 'Advanced', pattern: unknown): void {
  if (value.length > LONGEST_VALUE[tier]) {
    throw new AwsError(
      'ValidationException',
      `${tier} tier parameters support a maximum parameter value of ${LONGEST_VALUE[tier]} characters.`,
    );
  }
  if (typeof pattern === 'string' && !new RegExp(`^(?:${pattern})$`).test(value)) {
    throw new AwsError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
    );
  }
}

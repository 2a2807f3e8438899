import { z } from 'zod';
import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { FunctionAlias, FunctionRecord } from '../function-record.ts';
import type { LambdaOperation, LambdaParts } from '../lambda-parts.ts';
import { parseInput } from '../parse-input.ts';

const NAMED = z.object({ FunctionName: z.string(), Name: z.string() });
const CHANGES = {
  Description: z.string().optional(),
  RoutingConfig: z
    .object({ AdditionalVersionWeights: z.record(z.string(), z.number().min(0).max(1)).optional() })
    .optional(),
};
const CREATE_INPUT = NAMED.extend({ FunctionVersion: z.string(), ...CHANGES });
const UPDATE_INPUT = NAMED.extend({ FunctionVersion: z.string().optional(), ...CHANGES });

export const createAlias: LambdaOperation = lambda => input => {
  const request = parseInput(CREATE_INPUT, input);
  const record = lambda.functions.get(request.FunctionName);
  if (record.aliases.has(request.Name)) {
    throw new AwsError('ResourceConflictException', `Alias already exists: ${record.arn}:${request.Name}`, {
      status: 409,
      fields: { Type: 'User' },
    });
  }
  return put(lambda, record, {
    name: request.Name,
    version: request.FunctionVersion,
    description: request.Description ?? '',
    weights: request.RoutingConfig?.AdditionalVersionWeights ?? {},
    revisionId: lambda.cloud.ids.uuid(),
  });
};

export const updateAlias: LambdaOperation = lambda => input => {
  const request = parseInput(UPDATE_INPUT, input);
  const record = lambda.functions.get(request.FunctionName);
  const current = find(record, request.Name);
  return put(lambda, record, {
    name: current.name,
    version: request.FunctionVersion ?? current.version,
    description: request.Description ?? current.description,
    weights: request.RoutingConfig ? (request.RoutingConfig.AdditionalVersionWeights ?? {}) : current.weights,
    revisionId: lambda.cloud.ids.uuid(),
  });
};

export const getAlias: LambdaOperation = lambda => input => {
  const request = parseInput(NAMED, input);
  const record = lambda.functions.get(request.FunctionName);
  return answer(record, find(record, request.Name));
};

export const deleteAlias: LambdaOperation = lambda => input => {
  const request = parseInput(NAMED, input);
  const record = lambda.functions.get(request.FunctionName);
  record.aliases.delete(request.Name);
  lambda.functions.changed(record);
  return undefined;
};

function put({ functions }: LambdaParts, record: FunctionRecord, alias: FunctionAlias): JsonObject {
  for (const version of [alias.version, ...Object.keys(alias.weights)]) {
    if (version !== '$LATEST' && !record.versions.has(version)) {
      throw new AwsError('ResourceNotFoundException', `Function not found: ${record.arn}:${version}`, {
        status: 404,
        fields: { Type: 'User' },
      });
    }
  }
  record.aliases.set(alias.name, alias);
  functions.changed(record);
  return answer(record, alias);
}

function find(record: FunctionRecord, name: string): FunctionAlias {
  const alias = record.aliases.get(name);
  if (alias) return alias;
  throw new AwsError('ResourceNotFoundException', `Cannot find alias arn: ${record.arn}:${name}`, {
    status: 404,
    fields: { Type: 'User' },
  });
}

function answer({ arn }: FunctionRecord, alias: FunctionAlias): JsonObject {
  return {
    AliasArn: `${arn}:${alias.name}`,
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    RevisionId: alias.revisionId,
    ...(Object.keys(alias.weights).length > 0 ? { RoutingConfig: { AdditionalVersionWeights: alias.weights } } : {}),
  };
}

import { z } from 'zod';
import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { FunctionRecord } from '../function-record.ts';
import type { LambdaOperation } from '../lambda-parts.ts';
import { parseInput } from '../parse-input.ts';

const NAMED = z.object({ FunctionName: z.string(), Qualifier: z.string().optional() });
const REMOVE_INPUT = NAMED.extend({ StatementId: z.string() });
const ADD_INPUT = REMOVE_INPUT.extend({
  Action: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

export const addPermission: LambdaOperation = lambda => input => {
  const request = parseInput(ADD_INPUT, input);
  const { record, invokedArn } = lambda.functions.resolve(request.FunctionName, request.Qualifier);
  if (record.policy.has(request.StatementId)) {
    throw new AwsError(
      'ResourceConflictException',
      `The statement id (${request.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      { status: 409, fields: { Type: 'User' } },
    );
  }
  const statement = policyStatement(request, invokedArn);
  record.policy.set(request.StatementId, statement);
  lambda.functions.changed(record);
  return { Statement: JSON.stringify(statement) };
};

export const removePermission: LambdaOperation = lambda => input => {
  const request = parseInput(REMOVE_INPUT, input);
  const record = lambda.functions.get(request.FunctionName);
  if (!record.policy.delete(request.StatementId)) throw noPolicy(record);
  lambda.functions.changed(record);
  return undefined;
};

export const getPolicy: LambdaOperation = lambda => input => {
  const record = lambda.functions.get(parseInput(NAMED, input).FunctionName);
  const document = policyDocument(record);
  if (!document) throw noPolicy(record);
  return { Policy: JSON.stringify(document), RevisionId: record.latest.revisionId };
};

/** The resource policy of a function. @returns undefined when it has none */
export function policyDocument({ policy }: FunctionRecord): JsonObject | undefined {
  if (policy.size === 0) return undefined;
  return { Version: '2012-10-17', Id: 'default', Statement: [...policy.values()] };
}

function policyStatement(request: z.infer<typeof ADD_INPUT>, resource: string): JsonObject {
  const condition = {
    ...(request.SourceArn ? { ArnLike: { 'AWS:SourceArn': request.SourceArn } } : {}),
    ...(request.SourceAccount ? { StringEquals: { 'AWS:SourceAccount': request.SourceAccount } } : {}),
  };
  return {
    Sid: request.StatementId,
    Effect: 'Allow',
    Principal: principalElement(request.Principal),
    Action: request.Action,
    Resource: resource,
    ...(Object.keys(condition).length > 0 ? { Condition: condition } : {}),
  };
}

function principalElement(principal: string): unknown {
  if (principal === '*') return '*';
  if (principal.includes('.')) return { Service: principal };
  return { AWS: /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal };
}

function noPolicy({ arn }: FunctionRecord): AwsError {
  return new AwsError('ResourceNotFoundException', `No policy is associated with the given resource: ${arn}`, {
    status: 404,
    fields: { Type: 'User' },
  });
}

import { z } from 'zod';
import type { Cloud } from '../cloud/cloud.ts';
import { OPERATOR } from '../cloud/principal.ts';
import {
  type CustomResourceAnswer,
  customResourceResponses,
} from '../services/cloudformation/custom-resource-responses.ts';
import { pseudoParameters } from '../template/environment.ts';
import { type CreatedResource, type ResourceContext, type ResourceType, resourceType } from './resource-type.ts';

const DEFAULT_TIMEOUT_SECONDS = 3600;

const properties = z.looseObject({
  ServiceToken: z.string().regex(/^arn:[^:]+:lambda:/, 'must be the ARN of a Lambda function'),
  ServiceTimeout: z.coerce.number().int().min(1).max(3600).optional(),
});

type Properties = z.infer<typeof properties>;

const TYPE = 'AWS::CloudFormation::CustomResource';
const CUSTOM = /^Custom::[A-Za-z0-9_@-]{1,60}$/;
const byName = new Map<string, ResourceType<unknown>>();

/**
 * A resource that a function makes. The function is called with what is wanted (`RequestType` `Create`, `Update` or `Delete`),
 * and answers by an HTTP PUT to the `ResponseURL`: `FAILED` stops the start with the reason that it gives.
 *
 * One thing differs from AWS: a function that fails without an answer is not tried again for an hour, it stops the start.
 */
export const cloudformationCustomResource = customResourceOf(TYPE);

/** The resource type of a `Custom::…`; `undefined` when the name is none of these. */
export function customResourceType(type: string): ResourceType<unknown> | undefined {
  if (!CUSTOM.test(type)) return undefined;
  const known = byName.get(type) ?? customResourceOf(type);
  byName.set(type, known);
  return known;
}

function customResourceOf(type: string): ResourceType<unknown> {
  return resourceType<Properties>({
    type,
    properties,
    create: async (wanted, context) => createdOf(await ask({ RequestType: 'Create', wanted, context, type })),
    async change(wanted, context, { created, properties: before }) {
      const about = { wanted, context, type, PhysicalResourceId: created.ref };
      const answer = await ask({ ...about, RequestType: 'Update', OldResourceProperties: asText(before) });
      if (answer.physicalId !== created.ref) await ask({ ...about, wanted: before, RequestType: 'Delete' });
      return createdOf(answer);
    },
    remove: ({ created, properties: before }, context) =>
      ask({ RequestType: 'Delete', wanted: before, context, type, PhysicalResourceId: created.ref }),
  });
}

function createdOf({ physicalId, data }: CustomResourceAnswer): CreatedResource {
  return { ref: physicalId, attributes: data };
}

interface Question {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly wanted: Properties;
  readonly context: ResourceContext;
  readonly type: string;
  readonly PhysicalResourceId?: string;
  readonly OldResourceProperties?: unknown;
}

async function ask({ wanted, context, type, ...question }: Question): Promise<CustomResourceAnswer> {
  const { cloud, stackName, logicalId } = context;
  const about = {
    StackId: String(pseudoParameters(cloud, stackName).get('AWS::StackId')),
    RequestId: cloud.ids.uuid(),
    LogicalResourceId: logicalId,
  };
  const { ServiceToken, ServiceTimeout = DEFAULT_TIMEOUT_SECONDS } = wanted;
  const open = customResourceResponses(cloud).open(about, ServiceTimeout * 1000);
  const event = { ...about, ...question, ResourceType: type, ResponseURL: open.responseUrl, ServiceToken };
  const failed = await invoke(cloud, ServiceToken, { ...event, ResourceProperties: asText(wanted) });
  if (failed !== undefined) open.giveUp(`${ServiceToken} failed without an answer: ${failed}`); // unless it has answered
  return open.answer;
}

/** @returns why the function failed, if it did */
async function invoke(cloud: Cloud, FunctionName: string, event: object): Promise<string | undefined> {
  const input = { FunctionName, Payload: JSON.stringify(event) };
  const answer = await cloud.call<{ readonly FunctionError?: string; readonly Payload?: string }>({
    service: 'lambda',
    operation: 'Invoke',
    input,
    principal: OPERATOR,
  });
  if (answer.FunctionError === undefined) return undefined;
  const { errorType, errorMessage } = JSON.parse(answer.Payload ?? '{}') as Readonly<Record<string, unknown>>;
  return `${errorType}: ${errorMessage}`;
}

/** CloudFormation makes a text of every number and boolean on its way to the function. */
function asText(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asText(member)]));
}

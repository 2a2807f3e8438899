/**
 * Where custom resources answer. CloudFormation gives each request an address of its own, signed by S3; here it is a path
 * with an unguessable name, and the answer is handed to whoever waits for it.
 *
 * 1. A request gets one answer: the first that can be understood. What comes later changes nothing.
 * 2. Nobody waits longer than the resource's `ServiceTimeout`, on the cloud's clock.
 */
import { z } from 'zod';
import type { Cloud } from '../../cloud/cloud.ts';
import type { HttpRequest, HttpResponse } from '../../cloud/service.ts';

/** What a request is about; an answer has to repeat it. */
export interface CustomResourceRequest {
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
}

export interface CustomResourceAnswer {
  readonly physicalId: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A request that may be answered. */
export interface OpenRequest {
  readonly responseUrl: string;
  /** Rejects when the answer is `FAILED`, none that can be used, or does not come in time. */
  readonly answer: Promise<CustomResourceAnswer>;
  /** Nobody waits any longer: rejects `answer`. */
  giveUp(reason: string): void;
}

export const RESPONSES_PATH = '/cloudformation-custom-resource-response/';

const LONGEST_BODY_BYTES = 4096;
const LONGEST_ID_BYTES = 1024;

const RESPONSE = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string().optional(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  Data: z.record(z.string(), z.unknown()).nullish(),
});

interface Waiting {
  readonly request: CustomResourceRequest;
  settle(body: Buffer): void;
}

export class CustomResourceResponses {
  readonly #cloud: Cloud;
  /** By the last step of the path. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Opens an address for the answer to a request. */
  open(request: CustomResourceRequest, timeoutMs: number): OpenRequest {
    const { clock, ids, endpoint } = this.#cloud;
    const name = ids.token(32);
    const { promise: answer, resolve, reject } = Promise.withResolvers<CustomResourceAnswer>();
    answer.catch(() => {}); // it may come before anybody waits for it
    const end = () => {
      cancel();
      this.#waiting.delete(name);
    };
    const giveUp = (reason: string) => {
      end();
      reject(new Error(reason));
    };
    const cancel = clock.schedule(timeoutMs, () =>
      giveUp(`CustomResource timed out: no answer within ${timeoutMs / 1000} seconds`),
    );
    const settle = (body: Buffer) => {
      end();
      try {
        resolve(readAnswer(body, request));
      } catch (error) {
        reject(error);
      }
    };
    this.#waiting.set(name, { request, settle });
    return { responseUrl: `${endpoint}${RESPONSES_PATH}${name}`, answer, giveUp };
  }

  /** `PUT` of an answer. */
  receive({ method, path, body }: HttpRequest): HttpResponse {
    const waiting = this.#waiting.get(path.slice(RESPONSES_PATH.length));
    if (method !== 'PUT' || !path.startsWith(RESPONSES_PATH)) return { status: 403, headers: {}, body: 'Forbidden' };
    waiting?.settle(body); // invariant 1
    return { status: 200, headers: {}, body: '' };
  }
}

function readAnswer(body: Buffer, request: CustomResourceRequest): CustomResourceAnswer {
  if (body.length > LONGEST_BODY_BYTES) throw new Error('Response object is too long.');
  const parsed = RESPONSE.safeParse(jsonOf(body));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`Invalid response object: ${issue?.path.join('.') || 'body'}: ${issue?.message}`);
  }
  const { Status, Reason, PhysicalResourceId = '', Data, ...about } = parsed.data;
  for (const name of ['StackId', 'RequestId', 'LogicalResourceId'] as const) {
    if (about[name] === request[name]) continue;
    throw new Error(`Invalid response object: ${name} must be '${request[name]}', received '${about[name]}'`);
  }
  if (Status === 'FAILED') {
    const said = Reason === undefined || Reason === '' ? 'nothing: a Reason must be given' : Reason;
    throw new Error(`Received response status [FAILED] from custom resource. Message returned: ${said}`);
  }
  const sizeBytes = Buffer.byteLength(PhysicalResourceId);
  if (sizeBytes === 0 || sizeBytes > LONGEST_ID_BYTES) throw new Error('Invalid PhysicalResourceId');
  return { physicalId: PhysicalResourceId, data: Data ?? {} };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

const byCloud = new WeakMap<Cloud, CustomResourceResponses>();

/** The one place of a cloud where custom resources answer. */
export function customResourceResponses(cloud: Cloud): CustomResourceResponses {
  const known = byCloud.get(cloud) ?? new CustomResourceResponses(cloud);
  byCloud.set(cloud, known);
  return known;
}

/** The protocol of CloudFormation's custom resources: what a function is asked for, and how it answers. */
import http from 'node:http';
import https from 'node:https';
import { messageOf } from '../../core/index.ts';

/** What is read of a request. */
export interface CustomResourceRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  /** Of what was made before. */
  readonly PhysicalResourceId?: string;
}

/** What was made. */
export interface MadeResource {
  readonly physicalId: string;
  /** For `Fn::GetAtt`. @default nothing */
  readonly data?: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 5000;
/** The whole answer has to fit into 4096 bytes. */
const LONGEST_REASON = 2000;

export function isCustomResourceRequest(event: object): event is CustomResourceRequest {
  return 'RequestType' in event && 'ResponseURL' in event;
}

/**
 * Makes what is asked for, and answers, whatever comes of it: a stack that gets no answer waits for an hour.
 * @throws Error when the answer could not be delivered
 */
export async function answerCustomResource(
  request: CustomResourceRequest,
  make: () => Promise<MadeResource>,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = 'none' } = request;
  const about = { StackId, RequestId, LogicalResourceId };
  try {
    const { physicalId, data = {} } = await make();
    await put(request.ResponseURL, { ...about, Status: 'SUCCESS', PhysicalResourceId: physicalId, Data: data });
  } catch (error) {
    const Reason = messageOf(error).slice(0, LONGEST_REASON);
    await put(request.ResponseURL, { ...about, Status: 'FAILED', PhysicalResourceId, Reason });
  }
}

/** The address is signed without a content type. */
async function put(address: string, answer: object): Promise<void> {
  const { protocol, hostname, port, pathname, search } = new URL(address);
  const body = JSON.stringify(answer);
  const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const options = { method: 'PUT', hostname, path: pathname + search, headers, ...(port !== '' && { port }) };
  const client = protocol === 'https:' ? https : http;
  const request = client.request(options, response => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  request.setTimeout(TIMEOUT_MS, () => reject(new Error(`no answer within ${TIMEOUT_MS} ms`)));
  request.on('error', reject);
  request.end(body);
  const status = await promise;
  if (status < 200 || status > 299) throw new Error(`Cannot answer CloudFormation: it answered ${status}`);
}

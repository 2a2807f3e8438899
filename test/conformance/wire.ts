/**
 * A port that serves an embedded cloud over its wire protocols, and a client that speaks AWS JSON to it: what is judged
 * is what an SDK would see. Requests carry a signature that nobody verifies; the caller is the operator.
 */
import { Cloud } from '../../local/cloud/cloud.ts';
import { seededIds } from '../../local/cloud/ids.ts';
import type { HttpRequest, HttpResponse, JsonObject } from '../../local/cloud/service.ts';
import { VirtualClock } from '../../local/time/virtual-clock.ts';
import { router } from '../../local/wire/router.ts';
import { listen } from '../../local/wire/server.ts';

/** An answer that is an error: what an SDK client sees as `error.name` and `error.message`. */
export class WireRefusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

/** The code of an operation that the embedded cloud does not serve. */
export const NOT_SERVED = 'UnknownOperationException';

/** A cloud of its own, on a clock of its own. */
export interface CloudUnderTest {
  readonly cloud: Cloud;
  readonly clock: VirtualClock;
}

export function newCloud(): CloudUnderTest {
  const clock = new VirtualClock();
  return {
    cloud: new Cloud({ region: 'us-east-1', accountId: '000000000000', clock, ids: seededIds(1) }),
    clock,
  };
}

/** One port, whichever cloud is served on it at the moment. */
export interface Wire {
  /** From now on requests go to this cloud. */
  serve(cloud: Cloud): void;
  /** @throws WireRefusal when the answer is an error */
  call(service: string, operation: string, input: JsonObject): Promise<JsonObject>;
  close(): Promise<void>;
}

export async function openWire(): Promise<Wire> {
  let served: Cloud | undefined;
  let answer: ((request: HttpRequest) => Promise<HttpResponse>) | undefined;
  const server = await listen(
    request => {
      if (!answer) throw new Error('Cannot answer: no cloud is served yet');
      return answer(request);
    },
    { port: 0 },
  );
  const endpoint = `http://127.0.0.1:${server.port}`;
  return {
    serve(cloud) {
      served = cloud;
      cloud.endpoint = endpoint;
      answer = router(cloud, { principalOf: () => undefined });
    },
    call: (service, operation, input) => post(endpoint, targetOf(served, service, operation), input),
    close: () => server.close(),
  };
}

function targetOf(cloud: Cloud | undefined, service: string, operation: string): string {
  const wire = cloud?.service(service)?.wire;
  if (wire?.protocol !== 'json') throw new Error(`Cannot call ${service}: it is not served over AWS JSON`);
  return `${wire.targetPrefix}.${operation}`;
}

async function post(endpoint: string, target: string, input: JsonObject): Promise<JsonObject> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
      authorization: 'AWS4-HMAC-SHA256 Credential=conformance/20260101/us-east-1/any/aws4_request, Signature=0',
    },
    body: JSON.stringify(input),
  });
  const body = (await response.json()) as JsonObject; // the protocol's every answer is an object
  if (response.ok) return body;
  throw new WireRefusal(String(body.__type), String(body.message), response.status);
}

import type { Principal } from './principal.ts';

/** A JSON object as it stands on the wire: blobs are base64 strings, timestamps are epoch seconds. */
export type JsonObject = { readonly [member: string]: unknown };

/** Who calls, and the id under which the call is answered and logged. */
export interface Call {
  readonly principal: Principal;
  readonly requestId: string;
}

/**
 * One API operation: takes the request's members as the service's API model names them, returns the response's members
 * (`undefined` for an empty answer; a member that is an event stream as an async iterable of events, each an object with
 * the event's type as its only member). Throws `AwsError` to refuse, also from an event stream.
 */
export type Operation = (input: JsonObject, call: Call) => unknown;

/** What a call needs to be allowed, in the words of the service authorization reference. */
export interface Permission {
  /** For example `kinesis:PutRecords`. */
  readonly action: string;
  /** ARNs, or `*`. */
  readonly resources: readonly string[];
}

/** AWS JSON 1.0 and 1.1: `X-Amz-Target: <prefix>.<Operation>`. */
export interface JsonWire {
  readonly protocol: 'json';
  readonly targetPrefix: string;
  readonly version: '1.0' | '1.1';
}

/** AWS Query: a form with `Action=<Operation>`, answered in XML. */
export interface QueryWire {
  readonly protocol: 'query';
  readonly apiVersion: string;
  /** Response members that are maps (`<entry><key/><value/></entry>`) and not structures. */
  readonly mapMembers?: readonly string[];
}

export interface HttpRequest {
  readonly method: string;
  /** Undecoded path, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface HttpResponse {
  readonly status: number;
  /** A list is sent as so many headers (`set-cookie`). */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer | string;
  /**
   * What follows the body, piece by piece as it comes (`SubscribeToShard`). Whoever takes it calls the iterator's `return`
   * once nobody wants it any more, also while a piece is awaited. @default the body is all
   */
  readonly stream?: AsyncIterable<Buffer>;
}

/** REST services (Lambda, S3, Scheduler): they map requests to operations themselves, and call back through `cloud.call`. */
export interface HttpWire {
  readonly protocol: 'http';
  /** Unsigned requests below this path are this service's (`/execute-api/`). @default only signed requests are */
  readonly pathPrefix?: string;
  handle(request: HttpRequest, principal: Principal): Promise<HttpResponse>;
}

/** One AWS service: its wire protocol and its operations. Engines reach each other only through `Cloud.call`. */
export interface Service {
  /** The name by which other engines call it; for most services the SigV4 signing name. */
  readonly name: string;
  /** The SigV4 signing name. @default name */
  readonly signingName?: string;
  readonly wire: JsonWire | QueryWire | HttpWire;
  readonly operations: Readonly<Record<string, Operation>>;
  /** @default `<name>:<operation>` on every resource */
  permissions?(operation: string, input: JsonObject): readonly Permission[];
  /** The policy that is attached to a resource of this service (a queue's, a bus's), as a document. */
  resourcePolicy?(arn: string): JsonObject | undefined;
}

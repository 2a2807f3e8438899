/** AWS Query: a form in, XML out. Lists are `Name.member.N`, maps `Name.entry.N.key` and `.value`. */
import { AwsError } from '../cloud/aws-error.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Principal } from '../cloud/principal.ts';
import type { HttpRequest, HttpResponse, JsonObject, QueryWire, Service } from '../cloud/service.ts';
import { element, escapeXml } from './xml.ts';

export interface QueryCall {
  readonly request: HttpRequest;
  readonly principal: Principal;
}

interface Tree {
  [name: string]: Tree | string;
}

export async function answerQuery(
  cloud: Cloud,
  service: Service,
  wire: QueryWire,
  call: QueryCall,
): Promise<HttpResponse> {
  const requestId = cloud.ids.uuid();
  const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
  const form = formOf(call.request);
  const operation = form.get('Action') ?? '';
  try {
    const output = await cloud.call<JsonObject | undefined>({
      service: service.name,
      operation,
      input: parseForm(form),
      principal: call.principal,
      requestId,
    });
    const result = membersXml(output ?? {}, new Set(wire.mapMembers));
    const metadata = element('ResponseMetadata', element('RequestId', requestId));
    const body = element(`${operation}Response`, element(`${operation}Result`, result) + metadata);
    return { status: 200, headers, body };
  } catch (error) {
    return { ...errorXml(error, requestId), headers };
  }
}

/** The members of a POST may stand in its URL too (observed). */
function formOf({ method, query, body }: HttpRequest): URLSearchParams {
  return method === 'POST' ? new URLSearchParams([...query, ...new URLSearchParams(body.toString('utf8'))]) : query;
}

/** Turns the form's dotted names back into objects, lists and maps. */
export function parseForm(form: URLSearchParams): JsonObject {
  const root: Tree = {};
  for (const [name, value] of form) {
    if (name === 'Action' || name === 'Version') continue;
    const path = name.split('.');
    const last = path.pop() ?? name;
    let node = root;
    for (const step of path) {
      const found = node[step];
      const next: Tree = typeof found === 'object' ? found : {};
      node[step] = next;
      node = next;
    }
    node[last] = value;
  }
  return fold(root) as JsonObject; // the root is never a list: no member of a form is called 'member' alone
}

function fold(node: Tree | string): unknown {
  if (typeof node === 'string') return node;
  if (typeof node.member === 'object') return inOrder(node.member).map(fold);
  if (typeof node.entry === 'object') return Object.fromEntries(inOrder(node.entry).map(foldEntry));
  return Object.fromEntries(Object.entries(node).map(([name, child]) => [name, fold(child)]));
}

function foldEntry(entry: Tree | string): [string, unknown] {
  if (typeof entry === 'string') return [entry, ''];
  const key = entry.key ?? entry.Name ?? '';
  return [typeof key === 'string' ? key : '', fold(entry.value ?? entry.Value ?? '')];
}

function inOrder(list: Tree): (Tree | string)[] {
  return Object.entries(list)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}

function membersXml(members: JsonObject, maps: ReadonlySet<string>): string {
  return Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => element(name, maps.has(name) ? mapXml(value as JsonObject) : valueXml(value, maps)))
    .join('');
}

function mapXml(map: JsonObject): string {
  return Object.entries(map)
    .map(([key, value]) =>
      element('entry', element('key', escapeXml(key)) + element('value', escapeXml(String(value)))),
    )
    .join('');
}

function valueXml(value: unknown, maps: ReadonlySet<string>): string {
  if (Array.isArray(value)) return value.map(item => element('member', valueXml(item, maps))).join('');
  if (typeof value === 'object' && value !== null) return membersXml(value as JsonObject, maps);
  return escapeXml(String(value));
}

function errorXml(error: unknown, requestId: string): { status: number; body: string } {
  const known = error instanceof AwsError;
  const code = known ? (error.queryCode ?? error.code) : 'InternalFailure';
  const message = error instanceof Error ? error.message : String(error);
  const status = known ? error.status : 500;
  const type = status >= 500 ? 'Receiver' : 'Sender';
  const detail = element('Type', type) + element('Code', escapeXml(code)) + element('Message', escapeXml(message));
  return { status, body: element('ErrorResponse', element('Error', detail) + element('RequestId', requestId)) };
}

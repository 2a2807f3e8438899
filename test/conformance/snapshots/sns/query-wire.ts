/** AWS Query as the recorder's client speaks it: a form out, XML back in. */
import type { HttpRequest, HttpResponse, JsonObject } from '../../../../local/cloud/service.ts';
import { childText, parseXml, type XmlNode } from '../../../../local/services/s3/wire/parse-xml.ts';

/** Maps of a request, with the names of key and value in their entries. */
const REQUEST_MAPS: Readonly<Record<string, readonly [string, string]>> = {
  Attributes: ['key', 'value'],
  MessageAttributes: ['Name', 'Value'],
};
/** What XML does not tell of an answer: which elements are lists, and which are maps. */
const LISTS = new Set(['Failed', 'Successful', 'Subscriptions', 'Tags', 'Topics']);
const MAPS = new Set(['Attributes']);

export function queryRequest(operation: string, input: JsonObject): HttpRequest {
  const form = new URLSearchParams({ Action: operation, Version: '2010-03-31' });
  for (const [name, value] of Object.entries(input)) append(form, name, value);
  return {
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=recorder/20260101/us-east-1/sns/aws4_request, Signature=0',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: Buffer.from(form.toString()),
  };
}

function append(form: URLSearchParams, path: string, value: unknown): void {
  if (value === undefined) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) append(form, `${path}.member.${index + 1}`, item);
    return;
  }
  if (typeof value !== 'object' || value === null) {
    form.append(path, String(value));
    return;
  }
  const entryNames = REQUEST_MAPS[path.slice(path.lastIndexOf('.') + 1)];
  for (const [index, [name, inner]] of Object.entries(value).entries()) {
    if (!entryNames) append(form, `${path}.${name}`, inner);
    else {
      form.append(`${path}.entry.${index + 1}.${entryNames[0]}`, name);
      append(form, `${path}.entry.${index + 1}.${entryNames[1]}`, inner);
    }
  }
}

/** An answer or a refusal as the recorder saw it, with its HTTP status. */
export function queryAnswer({ status, body }: HttpResponse): JsonObject {
  const root = parseXml(Buffer.from(body));
  const ResponseMetadata = { HTTPHeaders: {}, HTTPStatusCode: status };
  if (status < 400) {
    const result = Object.entries(root.children).find(([name]) => name.endsWith('Result'))?.[1][0];
    return { ...(result ? members(result) : {}), ResponseMetadata };
  }
  const error = root.children.Error?.[0];
  const texts = ['Code', 'Message', 'Type'].map(name => [name, error && childText(error, name)]);
  return { Error: Object.fromEntries(texts), ResponseMetadata };
}

function members({ children }: XmlNode): JsonObject {
  return Object.fromEntries(Object.entries(children).map(([name, [node]]) => [name, memberOf(name, node)]));
}

function memberOf(name: string, node: XmlNode | undefined): unknown {
  if (LISTS.has(name)) return (node?.children.member ?? []).map(members);
  if (MAPS.has(name)) {
    const entries = node?.children.entry ?? [];
    return Object.fromEntries(entries.map(entry => [childText(entry, 'key'), childText(entry, 'value')]));
  }
  return node?.text ?? '';
}

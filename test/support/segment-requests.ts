/** Requests as Segment's own libraries make them: paths, headers and bodies of their published versions, values made up. */

export interface TrackerRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
}

/** What an application tells a library, apart from the call's own method. */
export interface TrackerCall {
  readonly type: string;
  readonly [member: string]: unknown;
}

export const WRITE_KEY = 'shop-web-1';

const page = {
  path: '/lanterns/white',
  referrer: 'https://search.example/?q=ada+byron',
  search: '?utm_source=mail&email=ada%40example.com',
  title: 'White lantern',
  url: 'https://shop.example/lanterns/white?utm_source=mail&email=ada%40example.com',
};

/** What the browser's library puts around every call. */
function fromBrowser(call: string, timeMs: number, more: object): Record<string, unknown> {
  return {
    timestamp: new Date(timeMs).toISOString(),
    integrations: {},
    type: call,
    context: {
      page,
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
      locale: 'en-GB',
      library: { name: 'analytics.js', version: 'npm:next-1.81.0' },
      timezone: 'Europe/Lisbon',
    },
    messageId: `ajs-next-${timeMs}-6f1c9a2e-${call}`,
    anonymousId: 'b7f0c6f2-1d4e-4f7a-9a55-0c1d2e3f4a5b',
    userId: null,
    writeKey: WRITE_KEY,
    _metadata: { bundled: ['Segment.io'], unbundled: [], bundledIds: [] },
    ...more,
  };
}

/** One call of the browser's library: no preflight, hence text. */
export function browserCall(
  call: 'track' | 'page' | 'identify' | 'group' | 'alias' | 'screen',
  timeMs: number,
  more: object = {},
): TrackerRequest {
  const properties = call === 'page' ? { properties: page } : {};
  return {
    path: `/v1/${call[0]}`,
    headers: { 'content-type': 'text/plain', origin: 'https://shop.example' },
    body: { ...fromBrowser(call, timeMs, { ...properties, ...more }), sentAt: new Date(timeMs + 20).toISOString() },
  };
}

/** Calls that the browser's library gathered. */
export function browserBatch(timeMs: number, calls: readonly TrackerCall[]): TrackerRequest {
  const batch = calls.map(({ type, ...more }, index) => fromBrowser(type, timeMs + index, more));
  return {
    path: '/v1/b',
    headers: { 'content-type': 'text/plain', origin: 'https://shop.example' },
    body: { writeKey: WRITE_KEY, batch, sentAt: new Date(timeMs + 5000).toISOString() },
  };
}

/** Calls that the library for servers gathered. */
export function serverBatch(timeMs: number, calls: readonly TrackerCall[]): TrackerRequest {
  const batch = calls.map((call, index) => ({
    timestamp: new Date(timeMs + index).toISOString(),
    integrations: {},
    userId: '019mr8mf4r',
    context: { library: { name: '@segment/analytics-node', version: '3.1.0' } },
    _metadata: { nodeVersion: '24.11.0', jsRuntime: 'node' },
    messageId: `node-next-${timeMs}-2d5f8c44-${index}`,
    ...call,
  }));
  return {
    path: '/v1/batch',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`,
      'user-agent': 'analytics-node-next/latest',
    },
    body: { batch, sentAt: new Date(timeMs + 9000).toISOString() },
  };
}

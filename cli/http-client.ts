/** JSON over HTTP to the platform's own API, with retries for what may pass: throttles, 5xx and lost connections. */

export interface Reply {
  readonly status: number;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
}

export interface PostOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** @default 8 */
  readonly attempts?: number;
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/** Sends `body` until it is answered otherwise than by 429 or 5xx. @throws when the last attempt could not connect */
export async function postJson(url: string, body: string, options: PostOptions = {}): Promise<Reply> {
  const attempts = options.attempts ?? 8;
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt >= attempts;
    try {
      const reply = await exchange(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...options.headers },
        body,
      });
      if (isLast || !isTransient(reply.status)) return reply;
    } catch (cause) {
      if (isLast) throw new Error(`Cannot reach ${url}: ${reasonOf(cause)}`, { cause });
    }
    await pause(Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1)));
  }
}

export async function getJson(url: string): Promise<Reply> {
  return exchange(url, { method: 'GET' });
}

async function exchange(url: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, body: isJson && text !== '' ? JSON.parse(text) : text };
}

function isTransient(status: number): boolean {
  return status === 429 || status >= 500;
}

/** `fetch` hides the socket's own reason behind "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function pause(delayMs: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, delayMs));
}

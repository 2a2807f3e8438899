/** What an SDK client talks to when only its own work is to be measured: an AWS that has answered already. */

/** The part of the SDK's request handler that clients use. */
export interface CannedAnswers {
  handle(request: unknown): Promise<{ readonly response: CannedAnswer }>;
  destroy(): void;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
}

interface CannedAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface CannedOptions {
  readonly contentType: string;
  /** What stands in a request once for each of its entries: they are counted without parsing. */
  readonly mark: string;
  /** The answer to so many entries; each is made once. */
  readonly answer: (entries: number) => unknown;
}

export function cannedAnswers({ contentType, mark, answer }: CannedOptions): CannedAnswers {
  const bodies = new Map<number, Uint8Array>();
  return {
    async handle(request) {
      const { body: sent } = Object(request);
      const text = typeof sent === 'string' ? sent : Buffer.from(sent).toString('latin1');
      const entries = occurrences(text, mark);
      const body = bodies.get(entries) ?? Buffer.from(JSON.stringify(answer(entries)));
      bodies.set(entries, body);
      return { response: { statusCode: 200, headers: { 'content-type': contentType }, body } };
    },
    destroy() {},
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}

function occurrences(text: string, mark: string): number {
  let count = 0;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) count += 1;
  return count;
}

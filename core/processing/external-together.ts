/**
 * Sends requests that are made at about the same time together: those of one turn of the event loop, and those that come in
 * while others are under way.
 *
 * @param send answers in the order of the requests; what it throws, all of them get
 * @param most requests of one sending
 */
export function together<Request, Answer>(
  send: (requests: readonly Request[]) => Promise<readonly Answer[]>,
  most: number,
): (request: Request) => Promise<Answer> {
  const waiting: {
    readonly request: Request;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (error: unknown) => void;
  }[] = [];
  let isSending = false;

  async function sendAll(): Promise<void> {
    isSending = true;
    await Promise.resolve(); // those who ask in this turn come along
    while (waiting.length > 0) {
      const batch = waiting.splice(0, most);
      try {
        const answers = await send(batch.map(({ request }) => request));
        for (const [index, { resolve, reject }] of batch.entries()) {
          const answer = answers[index];
          if (answer !== undefined) resolve(answer);
          else reject(new Error(`Cannot answer request: ${batch.length} were sent, ${answers.length} answered`));
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isSending = false;
  }

  return request =>
    new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject });
      if (!isSending) void sendAll();
    });
}

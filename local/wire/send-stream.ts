import type { ServerResponse } from 'node:http';

/**
 * Sends the pieces of a stream as they come, the next one only once there is room for it: a client that stops reading
 * holds back the stream and not the memory. Ends when the stream ends or the client has gone.
 */
export async function sendStream(stream: AsyncIterable<Buffer>, outgoing: ServerResponse): Promise<void> {
  const pieces = stream[Symbol.asyncIterator]();
  let gone = false;
  let resume = () => {};
  outgoing.on('drain', () => resume());
  outgoing.on('error', () => {}); // 'close' follows
  outgoing.once('close', () => {
    gone = true;
    resume();
    void pieces.return?.(); // the piece that is awaited may never come
  });
  try {
    for (let step = await pieces.next(); !step.done && !gone; step = await pieces.next()) {
      const room = new Promise<void>(resolve => {
        resume = resolve;
      });
      if (!outgoing.write(step.value) && !gone) await room;
    }
    if (!gone) outgoing.end();
  } catch (error) {
    outgoing.destroy(error instanceof Error ? error : undefined); // what was promised cannot be kept: cut off, not ended
  } finally {
    await pieces.return?.();
  }
}

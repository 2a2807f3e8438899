import { contentHash, newUlid } from '../../../core/index.ts';

const LATEST_MS = 2 ** 48 - 1;

/**
 * The event id of a message: the same whenever the message is sent again, so that a retry is a duplicate. The time in it is
 * the one that the sender told, the rest is a hash of the message's own id.
 * @param toldMs 0 when the sender told none
 */
export function idOfMessage(messageId: string, toldMs: number): string {
  const digits = contentHash(messageId) + contentHash(`${messageId}\n`);
  let at = 0;
  const next = () => {
    at += 4;
    return Number.parseInt(digits.slice(at - 4, at), 16) / 65_536;
  };
  return newUlid(Math.min(Math.max(toldMs, 0), LATEST_MS), next);
}

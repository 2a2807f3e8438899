/**
 * Has the function of a processor rebuild and compare all keys, some at a time.
 *
 * 1. The stream is read before the items: an item that is ahead of what was read is asked about again with newer records.
 * 2. Keys with all their records go to the function, as many as fit into one request. What does not fit alone is refused.
 * 3. Only what differs is asked about a second time, to be repaired.
 */
import type { StageFunctions } from '../function-target.ts';
import type { VerifiedKey } from './state-report.ts';
import type { StreamRecords } from './stream-records.ts';

export interface VerifyKeysOptions {
  readonly invoke: StageFunctions;
  readonly processor: string;
  readonly stream: StreamRecords;
  /** Keys of the items that are stored. */
  readonly storedKeys: () => Promise<readonly string[]>;
  /** The last record in a key's lane. */
  readonly laneEnd: (key: string) => Promise<string | undefined>;
  readonly repair: boolean;
  readonly onProgress: (verified: number, keys: number) => void;
}

/** Lambda takes 6 MB. */
const MAX_REQUEST_BYTES = 5_000_000;
const MAX_REQUEST_KEYS = 500;
const TRIES = 4;
/** What arrived so long ago has been dealt with, unless its processor lags. */
const SETTLED_MS = 5 * 60_000;

interface AskedKey {
  readonly key: string;
  readonly records: readonly { readonly sequence: string; readonly arrivedAtMs: number; readonly text: string }[];
  readonly laneThrough?: string;
}

/** @throws Error when the records of one key do not fit into a request */
export async function verifyKeys(options: VerifyKeysOptions): Promise<VerifiedKey[]> {
  const { stream, repair } = options;
  await stream.readMore();
  const keys = new Set([...stream.bySubject.keys(), ...(await options.storedKeys())]);
  const found = new Map<string, VerifiedKey>();
  let open = [...keys];
  for (let attempt = 1; open.length > 0 && attempt <= TRIES; attempt++) {
    if (attempt > 1) await stream.readMore();
    const asked = open.map(key => askedKey(stream, key));
    for (const answer of await ask(options, asked, { lastTry: attempt === TRIES })) found.set(answer.key, answer);
    open = open.filter(key => found.get(key)?.status === 'ahead');
  }
  if (repair) {
    const broken = [...found.values()].filter(({ repairable }) => repairable);
    const asked: AskedKey[] = [];
    for (const { key, damage } of broken) {
      const laneThrough = damage === undefined ? undefined : await options.laneEnd(key);
      asked.push({ ...askedKey(stream, key), ...(laneThrough !== undefined && { laneThrough }) });
    }
    for (const answer of await ask(options, asked, { repair: true })) found.set(answer.key, answer);
  }
  return [...found.values()];
}

function askedKey(stream: StreamRecords, key: string): AskedKey {
  return { key, records: stream.bySubject.get(key) ?? [] };
}

async function ask(
  { invoke, processor, stream, onProgress }: VerifyKeysOptions,
  asked: readonly AskedKey[],
  how: { readonly lastTry?: boolean; readonly repair?: boolean },
): Promise<VerifiedKey[]> {
  const answers: VerifiedKey[] = [];
  const settledAtMs = Date.now() - SETTLED_MS;
  for (const keys of requests(asked)) {
    const verify = { keys, complete: stream.complete, settledAtMs, ...how };
    const { verified } = await invoke<{ verified: VerifiedKey[] }>(processor, { verify });
    answers.push(...verified);
    onProgress(answers.length, asked.length);
  }
  return answers;
}

function requests(asked: readonly AskedKey[]): AskedKey[][] {
  const groups: AskedKey[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const each of asked) {
    const size = Buffer.byteLength(JSON.stringify(each));
    if (size > MAX_REQUEST_BYTES) {
      throw new Error(
        `Cannot verify '${each.key}': its records must be ${MAX_REQUEST_BYTES} bytes at most, are ${size}`,
      );
    }
    const group = groups.at(-1);
    if (group && bytes + size <= MAX_REQUEST_BYTES && group.length < MAX_REQUEST_KEYS) {
      group.push(each);
      bytes += size;
    } else {
      groups.push([each]);
      bytes = size;
    }
  }
  return groups;
}

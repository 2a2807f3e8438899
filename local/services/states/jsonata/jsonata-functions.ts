import type { Ids } from '../../../cloud/ids.ts';
import { seededIds } from '../../../cloud/ids.ts';
import type { Clock } from '../../../time/clock.ts';
import { hashText } from '../intrinsics/hash.ts';
import { evaluateJsonata, JsonataError } from './jsonata-expression.ts';

/** Where the functions that are not pure get what they need. */
export interface JsonataPorts {
  readonly clock: Clock;
  readonly ids: Ids;
}

/** The most items that `$range` makes. */
const LONGEST_RANGE = 1000;

/**
 * The functions that Step Functions adds to JSONata, the ones that it takes away, and those of the library that read the
 * machine's clock or randomness, on our ports.
 */
export function jsonataFunctions(ports: JsonataPorts): Record<string, unknown> {
  const nowMs = ports.clock.now();
  return {
    partition,
    range,
    hash,
    parse,
    uuid: () => ports.ids.uuid(),
    random: (seed?: number) => (seed === undefined ? ports.ids.random() : seededIds(seed).random()),
    eval: () => {
      throw new JsonataError('T1006', 'Attempted to invoke a non-function: $eval is not supported');
    },
    millis: () => nowMs,
    now: (picture?: string, zone?: string) => formatNow({ nowMs, picture, zone }),
    shuffle: (items?: unknown) => shuffle(items, ports.ids),
  };
}

function partition(items: unknown, size: unknown): unknown {
  if (items === undefined) return undefined;
  const list = Array.isArray(items) ? items : [items];
  const length = typeof size === 'number' ? Math.floor(size) : Number.NaN;
  if (!(length >= 1)) throw new JsonataError('D3137', '$partition: the chunk size must be a positive number');
  const chunks: unknown[][] = [];
  for (let from = 0; from < list.length; from += length) chunks.push(list.slice(from, from + length));
  return chunks;
}

function range(first: unknown, last: unknown, step: unknown): number[] {
  if (typeof first !== 'number' || typeof last !== 'number' || typeof step !== 'number') {
    throw new JsonataError('T0410', '$range: the arguments must be numbers');
  }
  if (step === 0) throw new JsonataError('D3137', '$range: the step must not be 0');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > LONGEST_RANGE) throw new JsonataError('D2014', `$range: at most ${LONGEST_RANGE} items, not ${length}`);
  return Array.from({ length }, (_, i) => first + i * step);
}

function hash(text: unknown, algorithm: unknown): string {
  const digest = hashText(typeof text === 'string' ? text : JSON.stringify(text), String(algorithm));
  if (digest === undefined)
    throw new JsonataError('D3137', `$hash: the algorithm '${String(algorithm)}' is not supported`);
  return digest;
}

function parse(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch (error) {
    throw new JsonataError('D3137', '$parse: the string is not valid JSON', error);
  }
}

interface Now {
  readonly nowMs: number;
  readonly picture: string | undefined;
  readonly zone: string | undefined;
}

function formatNow({ nowMs, picture, zone }: Now): unknown {
  if (picture === undefined) return new Date(nowMs).toISOString();
  return evaluateJsonata('$fromMillis($ms, $picture, $zone)', { bindings: { ms: nowMs, picture, zone } });
}

function shuffle(items: unknown, ids: Ids): unknown {
  if (!Array.isArray(items)) return items === undefined ? undefined : [items];
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(ids.random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
  }
  return shuffled;
}

/**
 * Carries the records of a file to the collector in batches, one after another, so that the events of one subject keep
 * the order of the file. Every record ends as accepted, quarantined or refused, with its line and its reason.
 */
import { postJson } from '../http-client.ts';
import type { Mapping } from './mapping.ts';
import type { Row } from './rows.ts';

export interface SendSummary {
  readonly sent: number;
  readonly accepted: number;
  readonly quarantined: number;
  readonly refused: number;
}

export interface LineProblem {
  readonly line: number;
  readonly field: string;
  readonly value: unknown;
  readonly reason: string;
}

export interface SendOptions {
  readonly apiUrl: string;
  /** @default events are in the file as they are */
  readonly mapping?: Mapping;
  /** Events that are older than the collector's limit are meant to be. */
  readonly backfill: boolean;
  /** Store what is invalid, with its reason, instead of refusing it. */
  readonly quarantine: boolean;
  /** Events per request, at most 500. */
  readonly batchSize: number;
  readonly onProgress?: (soFar: SendSummary) => void;
  readonly onProblem?: (problem: LineProblem) => void;
}

interface Prepared {
  readonly line: number;
  readonly text: string;
}

interface EventResult {
  readonly index: number;
  readonly status: 'accepted' | 'refused' | 'quarantined';
  readonly problem?: { readonly field?: string; readonly value?: unknown; readonly reason?: string };
}

/** The collector takes 1 MB per request; this leaves room for the brackets and commas. */
const LARGEST_BATCH_BYTES = 900_000;

/** @throws when the API cannot be reached, or answers otherwise than a collector does */
export async function sendRows(rows: AsyncIterable<Row>, options: SendOptions): Promise<SendSummary> {
  const totals = { sent: 0, accepted: 0, quarantined: 0, refused: 0 };
  const refuse = (problem: LineProblem) => {
    totals.refused++;
    options.onProblem?.(problem);
  };
  let batch: Prepared[] = [];
  let batchBytes = 0;
  const flush = async () => {
    if (batch.length === 0) return;
    for (const result of await post(batch, options)) {
      const line = batch[result.index]?.line ?? 0;
      if (result.status === 'refused') refuse({ line, ...describe(result) });
      else totals[result.status]++;
    }
    batch = [];
    batchBytes = 0;
    options.onProgress?.({ ...totals });
  };

  for await (const row of rows) {
    totals.sent++;
    const prepared = await prepare(row, options.mapping);
    if ('reason' in prepared) {
      refuse(prepared);
      continue;
    }
    const sizeBytes = Buffer.byteLength(prepared.text) + 1;
    if (batch.length >= options.batchSize || batchBytes + sizeBytes > LARGEST_BATCH_BYTES) await flush();
    batch.push(prepared);
    batchBytes += sizeBytes;
  }
  await flush();
  return totals;
}

async function prepare(row: Row, mapping: Mapping | undefined): Promise<Prepared | LineProblem> {
  const refusal = (reason: string): LineProblem => ({ line: row.line, field: '', value: row.value, reason });
  if (row.problem !== undefined) return refusal(`cannot be read: ${row.problem}`);
  try {
    const event = mapping ? await mapping(row) : row.value;
    if (event === undefined) return refusal('the mapping makes no event of it');
    return { line: row.line, text: JSON.stringify(event) };
  } catch (error) {
    const reason = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
    return refusal(`cannot be mapped: ${reason}`);
  }
}

async function post(batch: readonly Prepared[], options: SendOptions): Promise<readonly EventResult[]> {
  const url = `${options.apiUrl}/events${options.quarantine ? '?onInvalid=quarantine' : ''}`;
  const reply = await postJson(url, `[${batch.map(prepared => prepared.text).join(',')}]`, {
    headers: {
      'content-type': 'application/cloudevents-batch+json',
      ...(options.backfill && { 'millrace-backfill': 'true' }),
    },
  });
  const results = (reply.body as { results?: readonly EventResult[] } | null)?.results;
  if (!Array.isArray(results) || results.length !== batch.length) {
    throw new Error(`Cannot send to ${url}: answered ${reply.status} ${JSON.stringify(reply.body)?.slice(0, 500)}`);
  }
  return results;
}

function describe({ problem }: EventResult): Omit<LineProblem, 'line'> {
  return { field: problem?.field ?? '', value: problem?.value, reason: problem?.reason ?? 'refused without a reason' };
}

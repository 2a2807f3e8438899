import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { type KnownRecord, ThrottledError } from '../../core/index.ts';
import { chunks } from '../runtime/chunks.ts';
import type { HeldRecord, ProcessorRequest } from '../runtime/processor-request.ts';
import { operatingError } from './aws-errors.ts';

/** A request of 6 MB is the most that Lambda takes. */
const CHUNK = { maxItems: 2000, maxBytes: 4_500_000 };

/**
 * What a processor knows of records: it is asked itself, for nobody else knows its keys and its limits.
 * @throws ThrottledError when it does not answer; Error when it fails, with what it said
 */
export async function askProcessor(
  client: LambdaClient,
  functionName: string,
  records: readonly HeldRecord[],
): Promise<readonly KnownRecord[]> {
  const known: KnownRecord[] = [];
  const sizeBytes = (record: HeldRecord) => Buffer.byteLength(JSON.stringify(record)) + 1;
  for (const chunk of chunks(records, { ...CHUNK, sizeBytes })) {
    known.push(...(await ask(client, functionName, { fates: { records: chunk } })));
  }
  return known;
}

async function ask(
  client: LambdaClient,
  FunctionName: string,
  request: ProcessorRequest,
): Promise<readonly KnownRecord[]> {
  const command = new InvokeCommand({ FunctionName, Payload: JSON.stringify(request) });
  const { FunctionError, Payload } = await client.send(command).catch(error => {
    throw operatingError(error);
  });
  const text = Payload?.transformToString() ?? '';
  if (FunctionError !== undefined) throw new ThrottledError(`Cannot ask ${FunctionName} for fates: ${text}`);
  return (JSON.parse(text) as { fates: KnownRecord[] }).fates; // what `answerRequest` answers
}

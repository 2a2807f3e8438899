import type { JsonObject } from '../cloud/service.ts';
import { KB, type Usage, unitsBegun } from './usage.ts';

const PAYLOAD_UNIT_BYTES = 25 * KB;

interface RecordMembers {
  readonly Data?: string;
  readonly PartitionKey?: string;
}

/** @see https://aws.amazon.com/kinesis/data-streams/pricing/ */
export function kinesisUsage(operation: string, input: JsonObject, answer: JsonObject): Usage[] {
  switch (operation) {
    case 'PutRecord':
      return written(streamOf(input), [input]);
    case 'PutRecords':
      return written(streamOf(input), takenRecords(input, answer));
    case 'GetRecords':
      return retrieved(streamOf(input), answer);
    default:
      return [];
  }
}

/** What was refused for its throughput is not billed. */
function takenRecords(input: JsonObject, answer: JsonObject): readonly RecordMembers[] {
  const records = (input.Records ?? []) as readonly RecordMembers[]; // the engine has taken them
  const results = (answer.Records ?? []) as readonly { readonly SequenceNumber?: string }[];
  return records.filter((_, index) => results[index]?.SequenceNumber !== undefined);
}

function written(stream: string, records: readonly RecordMembers[]): Usage[] {
  let payloadUnits = 0;
  let ingestedBytes = 0;
  for (const record of records) {
    const bytes = sizeOf(record);
    payloadUnits += unitsBegun(bytes, PAYLOAD_UNIT_BYTES);
    ingestedBytes += unitsBegun(bytes, KB) * KB;
  }
  const of = { service: 'kinesis', resource: stream };
  return [
    { ...of, unit: 'records', quantity: records.length },
    { ...of, unit: 'payload-units', quantity: payloadUnits },
    { ...of, unit: 'ingested-bytes', quantity: ingestedBytes },
  ];
}

function retrieved(stream: string, answer: JsonObject): Usage[] {
  const records = (answer.Records ?? []) as readonly RecordMembers[]; // as the engine answers
  const quantity = records.reduce((sum, record) => sum + sizeOf(record), 0);
  return [{ service: 'kinesis', resource: stream, unit: 'retrieved-bytes', quantity }];
}

/** Of the data blob, from its base64. */
function sizeOf({ Data = '' }: RecordMembers): number {
  return Math.floor((Data.length * 3) / 4) - (Data.endsWith('==') ? 2 : Data.endsWith('=') ? 1 : 0);
}

function streamOf({ StreamName, StreamARN }: JsonObject): string {
  const name = StreamName ?? StreamARN;
  return typeof name === 'string' ? name.slice(name.lastIndexOf('/') + 1) : '';
}

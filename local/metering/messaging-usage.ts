/** SQS, SNS and EventBridge: what is sent is billed by every 64 KB begun. */
import type { Principal } from '../cloud/principal.ts';
import type { JsonObject } from '../cloud/service.ts';
import { KB, type Usage, unitsBegun } from './usage.ts';

const CHUNK_BYTES = 64 * KB;
/** An entry counts 14 bytes for its time when it has one (PutEvents reference, "calculating event entry size"). */
const ENTRY_TIME_BYTES = 14;

interface Bodies {
  readonly MessageBody?: string;
  readonly Body?: string;
}

/** Every request is billed, the empty ones too. @see https://aws.amazon.com/sqs/pricing/ */
export function sqsUsage(operation: string, input: JsonObject, answer: JsonObject): Usage[] {
  const url = typeof input.QueueUrl === 'string' ? input.QueueUrl : '';
  if (url === '') return [];
  const sent = operation === 'SendMessage' ? [input] : ((input.Entries ?? []) as readonly Bodies[]);
  const received = (answer.Messages ?? []) as readonly Bodies[]; // as the engine answers
  const bytes = [...sent, ...received].reduce(
    (sum, { MessageBody = '', Body = '' }: Bodies) => sum + Buffer.byteLength(MessageBody) + Buffer.byteLength(Body),
    0,
  );
  const resource = url.slice(url.lastIndexOf('/') + 1);
  return [{ service: 'sqs', resource, unit: 'requests', quantity: unitsBegun(bytes, CHUNK_BYTES) }];
}

/** @see https://aws.amazon.com/sns/pricing/ */
export function snsUsage(operation: string, input: JsonObject): Usage[] {
  if (operation !== 'Publish' && operation !== 'PublishBatch') return [];
  const entries =
    operation === 'Publish' ? [input] : ((input.PublishBatchRequestEntries ?? []) as readonly JsonObject[]);
  const bytes = entries.reduce((sum, { Message }) => sum + Buffer.byteLength(String(Message ?? '')), 0);
  const resource =
    String(input.TopicArn ?? '')
      .split(':')
      .at(-1) ?? '';
  return [{ service: 'sns', resource, unit: 'requests', quantity: unitsBegun(bytes, CHUNK_BYTES) }];
}

interface Entry {
  readonly EventBusName?: string;
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly Resources?: readonly string[];
  readonly Time?: unknown;
}

/** Events of AWS's own services are free. @see https://aws.amazon.com/eventbridge/pricing/ */
export function eventsUsage(operation: string, input: JsonObject, principal: Principal): Usage[] {
  if (operation !== 'PutEvents' || principal.kind === 'service') return [];
  const entries = (input.Entries ?? []) as readonly Entry[]; // the engine has taken them
  return entries.flatMap((entry): Usage[] => {
    const bytes = entryBytes(entry);
    const of = { service: 'events', resource: (entry.EventBusName ?? 'default').split('/').at(-1) ?? '' };
    return [
      { ...of, unit: 'events', quantity: unitsBegun(bytes, CHUNK_BYTES) },
      { ...of, unit: 'event-bytes', quantity: bytes },
    ];
  });
}

function entryBytes({ Source = '', DetailType = '', Detail = '', Resources = [], Time }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  const timeBytes = Time === undefined ? 0 : ENTRY_TIME_BYTES;
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), timeBytes);
}

import type { Call, JsonObject } from '../../../cloud/service.ts';
import { type BusEvent, busEvent } from '../bus-event.ts';
import { violation, violationsError } from '../constraints.ts';
import type { EventsEngine } from '../events-engine.ts';
import { validationError } from '../events-error.ts';
import { forwardedEvent } from '../forwarded-events.ts';
import { compactJson } from '../json-text.ts';
import { isObject, listMember, numberMember, textMember } from '../request-members.ts';

const MAX_ENTRIES = 10;
/** Of all entries of a call together; 256 KB until January 2026. */
const MAX_SIZE_BYTES = 1024 * 1024;
/** What a `Time` counts in the size of an entry. */
const TIME_SIZE_BYTES = 14;

/** Takes up to 10 events; each is accepted or refused by itself, and a bus that does not exist swallows its events. */
export function putEvents(engine: EventsEngine, input: JsonObject, call: Call): JsonObject {
  const entries = listMember(input, 'Entries').filter(isObject);
  checkEntries(entries);
  const results = entries.map(entry => putEvent(engine, entry, call));
  return { FailedEntryCount: results.filter(result => 'ErrorCode' in result).length, Entries: results };
}

function checkEntries(entries: readonly JsonObject[]): void {
  const shown = `[${entries.map(showEntry).join(', ')}]`;
  if (entries.length === 0)
    throw violationsError([violation('entries', '[]', 'Member must have length greater than or equal to 1')]);
  if (entries.length > MAX_ENTRIES)
    throw violationsError([
      violation('entries', shown, `Member must have length less than or equal to ${MAX_ENTRIES}`),
    ]);
  const sizeBytes = entries.reduce((total, entry) => total + entrySizeBytes(entry), 0);
  if (sizeBytes > MAX_SIZE_BYTES) throw validationError('Total size of the entries in the request is over the limit.');
}

/** The size of an entry as EventBridge counts it (user guide, "Calculating PutEvents event entry size"). */
function entrySizeBytes(entry: JsonObject): number {
  const texts = ['Source', 'DetailType', 'Detail'].map(member => textMember(entry, member) ?? '');
  const resources = listMember(entry, 'Resources').map(String);
  const time = entry.Time === undefined ? 0 : TIME_SIZE_BYTES;
  return [...texts, ...resources].reduce((total, text) => total + Buffer.byteLength(text), time);
}

function putEvent(engine: EventsEngine, entry: JsonObject, call: Call): JsonObject {
  const refusal = refuseEntry(entry, call);
  if (refusal) return refusal;
  const event = forwardedEvent(entry) ?? newEvent(engine, entry);
  const bus = engine.findBus(textMember(entry, 'EventBusName'));
  if (bus) engine.router.route(bus.arn, event);
  return { EventId: event.id };
}

function refuseEntry(entry: JsonObject, { principal }: Call): JsonObject | undefined {
  for (const member of ['Source', 'DetailType', 'Detail']) {
    if (!textMember(entry, member)) {
      return failure('InvalidArgument', `Parameter ${member} is not valid. Reason: ${member} is a required argument.`);
    }
  }
  const fromAws = principal.kind === 'service' || forwardedEvent(entry) !== undefined;
  if (textMember(entry, 'Source')?.startsWith('aws.') && !fromAws)
    return failure('NotAuthorizedForSourceException', 'Not authorized for the source.');
  return isObjectText(textMember(entry, 'Detail') ?? '')
    ? undefined
    : failure('MalformedDetail', 'Detail is malformed.');
}

function failure(code: string, message: string): JsonObject {
  return { ErrorCode: code, ErrorMessage: message };
}

function isObjectText(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}

function newEvent({ cloud }: EventsEngine, entry: JsonObject): BusEvent {
  const now = cloud.clock.now();
  return busEvent({
    id: cloud.ids.uuid(),
    detailType: textMember(entry, 'DetailType') ?? '',
    source: textMember(entry, 'Source') ?? '',
    account: cloud.accountId,
    timeMs: timeMs(entry) ?? now,
    region: cloud.region,
    resources: listMember(entry, 'Resources').map(String),
    detail: compactJson(textMember(entry, 'Detail') ?? '{}'),
    ingestedMs: now,
  });
}

function timeMs(entry: JsonObject): number | undefined {
  const seconds = numberMember(entry, 'Time');
  return seconds === undefined ? undefined : Math.floor(seconds) * 1000;
}

/** An entry as AWS shows it in its refusals. */
function showEntry(entry: JsonObject): string {
  const shown = Object.entries({
    time: entry.Time,
    source: entry.Source,
    resources: entry.Resources,
    detailType: entry.DetailType,
    detail: entry.Detail,
    eventBusName: entry.EventBusName,
    traceHeader: entry.TraceHeader,
    kmsKeyIdentifier: undefined,
    internalMetadata: undefined,
  }).map(([member, value]) => `${member}=${value ?? null}`);
  return `PutEventsRequestEntry(${shown.join(', ')})`;
}

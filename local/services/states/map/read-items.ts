import type { JsonObject } from '../../../cloud/service.ts';
import { fillJsonataTemplate, jsonataView } from '../data-flow/jsonata-template.ts';
import { pathView, readFieldPath } from '../data-flow/path-view.ts';
import { fillPayloadTemplate } from '../data-flow/payload-template.ts';
import { effectiveInput } from '../data-flow/state-input.ts';
import { StateFailure } from '../execution/state-failure.ts';
import type { StateVisit } from '../execution/state-visit.ts';
import { sdkErrors } from '../integrations/error-naming.ts';
import { callService } from '../integrations/service-call.ts';
import { isJsonObject } from '../json-object.ts';
import { type ItemFormat, parseItems } from './parse-items.ts';

/** AWS reads no more than this. */
const MOST_ITEMS = 100_000_000;
const MOST_LISTED = 1000;

/** What the `ItemReader` of a distributed Map finds in S3. @throws StateFailure (States.ItemReaderFailed) */
export async function readItems(visit: StateVisit): Promise<unknown[]> {
  const reader = readerOf(visit);
  const format = await readerFormat(visit, reader);
  const most = format.maxItems === 0 ? MOST_ITEMS : Math.min(format.maxItems, MOST_ITEMS);
  const request = await readerRequest(visit, reader);
  try {
    const isListing = String(reader.Resource).endsWith(':s3:listObjectsV2');
    const items = isListing ? await listed(visit, request, most) : await fetched(visit, request, format);
    return items.slice(0, most);
  } catch (error) {
    if (!(error instanceof StateFailure) || error.failure.error === ITEM_READER_FAILED) throw error;
    throw itemReaderFailure(String(error.failure.cause), error);
  }
}

/** The items in the data that a reader would have found, for a Map under test. */
export async function itemsInData(visit: StateVisit, data: string): Promise<unknown[]> {
  const reader = readerOf(visit);
  const format = await readerFormat(visit, reader);
  const isListing = String(reader.Resource).endsWith(':s3:listObjectsV2');
  const items = parseItems(data, isListing ? { ...format, inputType: 'JSON' } : format);
  return format.maxItems === 0 ? items : items.slice(0, format.maxItems);
}

const ITEM_READER_FAILED = 'States.ItemReaderFailed';

function itemReaderFailure(cause: string, source?: unknown): StateFailure {
  return new StateFailure({ error: ITEM_READER_FAILED, cause }, source);
}

function readerOf(visit: StateVisit): JsonObject {
  return isJsonObject(visit.state.ItemReader) ? visit.state.ItemReader : {};
}

async function readerRequest(visit: StateVisit, reader: JsonObject): Promise<JsonObject> {
  const filled =
    visit.language === 'JSONata'
      ? await fillJsonataTemplate(reader.Arguments ?? {}, jsonataView(visit), 'ItemReader/Arguments')
      : fillPayloadTemplate(reader.Parameters ?? {}, pathView(visit, effectiveInput(visit)));
  return isJsonObject(filled) ? filled : {};
}

async function readerFormat(visit: StateVisit, reader: JsonObject): Promise<ItemFormat> {
  const config = isJsonObject(reader.ReaderConfig) ? reader.ReaderConfig : {};
  const inputType = String(config.InputType ?? 'JSON');
  const headers = Array.isArray(config.CSVHeaders) ? config.CSVHeaders.map(String) : undefined;
  return {
    inputType,
    maxItems: await maxItems(visit, config),
    csvHeaders: config.CSVHeaderLocation === 'GIVEN' ? headers : undefined,
    csvDelimiter: String(config.CSVDelimiter ?? 'COMMA'),
    itemsPointer: config.ItemsPointer === undefined ? undefined : String(config.ItemsPointer),
  };
}

/** 0 means all. */
async function maxItems(visit: StateVisit, { MaxItems, MaxItemsPath }: JsonObject): Promise<number> {
  const found =
    visit.language === 'JSONata'
      ? await fillJsonataTemplate(MaxItems ?? 0, jsonataView(visit), 'ItemReader/ReaderConfig/MaxItems')
      : MaxItemsPath === undefined
        ? (MaxItems ?? 0)
        : readFieldPath(String(MaxItemsPath), pathView(visit, effectiveInput(visit)));
  const most = Number(found);
  if (!Number.isInteger(most))
    throw itemReaderFailure(`field MaxItems must be an integer, not ${JSON.stringify(found)}`);
  if (most < 0) throw itemReaderFailure('field MaxItems must be positive');
  return most;
}

const errors = sdkErrors('S3');

async function fetched(visit: StateVisit, input: JsonObject, format: ItemFormat): Promise<unknown[]> {
  const { body } = await callService(visit, { service: 's3', operation: 'GetObject', input, errors });
  return parseItems(Buffer.from(String(body.Body ?? ''), 'base64').toString('utf8'), format);
}

async function listed(visit: StateVisit, request: JsonObject, most: number): Promise<unknown[]> {
  const items: unknown[] = [];
  let token: unknown;
  do {
    const input = { ...request, MaxKeys: MOST_LISTED, ...(token === undefined ? {} : { ContinuationToken: token }) };
    const { body } = await callService(visit, { service: 's3', operation: 'ListObjectsV2', input, errors });
    items.push(...(Array.isArray(body.Contents) ? body.Contents.filter(isJsonObject).map(listedItem) : []));
    token = body.NextContinuationToken;
  } while (token !== undefined && items.length < most);
  return items;
}

/** An object of a listing as an iteration sees it. */
function listedItem({ ETag, Key, LastModified, Size, StorageClass }: JsonObject): JsonObject {
  return {
    Etag: ETag,
    Key,
    LastModified: Math.floor(Number(LastModified)),
    Size,
    StorageClass: StorageClass ?? 'STANDARD',
  };
}

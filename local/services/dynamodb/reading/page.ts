import type { JsonObject } from '../../../cloud/service.ts';
import { CapacityMeter, readUnits } from '../capacity.ts';
import type { Database } from '../database.ts';
import type { BoundCondition } from '../expressions/condition-binding.ts';
import { evaluateCondition } from '../expressions/condition-evaluation.ts';
import { project } from '../expressions/projection.ts';
import { readCapacityDetail, readInteger } from '../request.ts';
import type { StoredItem } from '../storage/item-store.ts';
import type { Demand } from '../throughput/throttle.ts';
import { throttleError } from '../throughput/throttle-error.ts';
import { copyItem, type Item } from '../values/attribute-value.ts';
import { continuationKey, type ReadTarget, viewOf } from './read-target.ts';
import type { Selection } from './selection.ts';

/** A page ends once it has read this much, before any filter. */
const LARGEST_PAGE_BYTES = 1024 * 1024;

export interface PageRequest {
  readonly target: ReadTarget;
  readonly selection: Selection;
  readonly filter: BoundCondition | undefined;
  readonly input: JsonObject;
  /** The partition of a query; a scan reads many. */
  readonly partition?: string;
}

/** Reads items from a walk until the page is full, and answers as Query and Scan do. */
export function readPage(database: Database, walk: Iterable<StoredItem>, request: PageRequest): JsonObject {
  const { target, selection, filter, input } = request;
  beginRead(database, request);
  const limit = readInteger(input, 'Limit', 1) ?? Number.POSITIVE_INFINITY;
  const meter = new CapacityMeter(readCapacityDetail(input));
  const items: Item[] = [];
  let count = 0;
  let scanned = 0;
  let sizeBytes = 0;
  let fetchedUnits = 0;
  let last: Item | undefined;
  for (const stored of walk) {
    const view = selection.fetches ? stored : viewOf(target, stored);
    scanned++;
    sizeBytes += view.sizeBytes;
    if (!filter || evaluateCondition(filter, view.item)) {
      count++;
      if (!selection.countOnly) items.push(shownItem(view.item, selection));
      if (selection.fetches) fetchedUnits += readUnits(stored.sizeBytes, target.consistent);
    }
    if (scanned >= limit || sizeBytes >= LARGEST_PAGE_BYTES) {
      last = stored.item;
      break;
    }
  }
  const units = readUnits(sizeBytes, target.consistent); // all items of a page are rounded up together
  meterPage(meter, target, { units, fetchedUnits });
  database.throttle?.charge({ ...demandOf(request), units: units + fetchedUnits });
  return {
    ...(selection.countOnly ? {} : { Items: items }),
    Count: count,
    ScannedCount: scanned,
    ...(last ? { LastEvaluatedKey: continuationKey(target, last) } : {}),
    ...meter.single(),
  };
}

function shownItem(item: Item, { projection }: Selection): Item {
  return projection ? project(projection, item) : copyItem(item);
}

function meterPage(
  meter: CapacityMeter,
  { table, index }: ReadTarget,
  { units, fetchedUnits }: { readonly units: number; readonly fetchedUnits: number },
): void {
  meter.addTable(table.name, fetchedUnits + (index ? 0 : units));
  if (index) meter.addIndex(table.name, index, units);
}

/** @throws AwsError ProvisionedThroughputExceededException, ThrottlingException when earlier reads are not paid for yet */
function beginRead({ throttle }: Database, request: PageRequest): void {
  const refused = throttle?.begin(demandOf(request));
  if (refused) throw throttleError(refused);
}

/** A local index is part of its table. */
function demandOf({ target: { table, index }, partition }: PageRequest): Omit<Demand, 'units'> {
  return { table, index: index?.scope === 'global' ? index : undefined, kind: 'Read', partition };
}

import type { JsonObject } from '../../../cloud/service.ts';
import { fillJsonataTemplate, jsonataView } from '../data-flow/jsonata-template.ts';
import { pathView, readFieldPath } from '../data-flow/path-view.ts';
import { fillPayloadTemplate } from '../data-flow/payload-template.ts';
import { effectiveInput } from '../data-flow/state-input.ts';
import { LARGEST_PAYLOAD_BYTES } from '../execution/payload-limit.ts';
import { runtimeFailure, StateFailure } from '../execution/state-failure.ts';
import type { StateVisit } from '../execution/state-visit.ts';
import { isJsonObject } from '../json-object.ts';

/** What one child execution gets. */
export interface ChildInput {
  readonly input: unknown;
  /** How many items are in it. */
  readonly itemCount: number;
}

interface BatchLimits {
  readonly items: number;
  readonly bytes: number;
}

/** Gathers items into the inputs of child executions, as the `ItemBatcher` says; without one, each item is an input. */
export async function batchItems(visit: StateVisit, items: readonly unknown[]): Promise<ChildInput[]> {
  const batcher = visit.state.ItemBatcher;
  if (!isJsonObject(batcher)) return items.map(input => ({ input, itemCount: 1 }));
  const fixed = batcher.BatchInput === undefined ? {} : { BatchInput: await batchInput(visit, batcher.BatchInput) };
  const limits = {
    items: await limit(visit, batcher, 'MaxItemsPerBatch'),
    bytes: Math.min(await limit(visit, batcher, 'MaxInputBytesPerBatch'), LARGEST_PAYLOAD_BYTES),
  };
  return batches(items, { fixed, limits }).map(batch => ({
    input: { ...fixed, Items: batch },
    itemCount: batch.length,
  }));
}

interface Batching {
  readonly fixed: JsonObject;
  readonly limits: BatchLimits;
}

function batches(items: readonly unknown[], { fixed, limits }: Batching): unknown[][] {
  const emptyBytes = Buffer.byteLength(JSON.stringify({ ...fixed, Items: [] }));
  const found: unknown[][] = [];
  let batch: unknown[] = [];
  let bytes = emptyBytes;
  for (const item of items) {
    const itemBytes = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (emptyBytes + itemBytes > limits.bytes + 1) throw tooLarge(limits.bytes);
    if (batch.length > 0 && (batch.length >= limits.items || bytes + itemBytes > limits.bytes + 1)) {
      found.push(batch);
      batch = [];
      bytes = emptyBytes;
    }
    batch.push(item);
    bytes += itemBytes;
  }
  return batch.length > 0 ? [...found, batch] : found;
}

function tooLarge(bytes: number): StateFailure {
  return new StateFailure({
    error: 'States.DataLimitExceeded',
    cause: `An item is larger than the ${bytes} bytes that a batch may have.`,
  });
}

async function batchInput(visit: StateVisit, template: unknown): Promise<unknown> {
  if (visit.language === 'JSONata') return fillJsonataTemplate(template, jsonataView(visit), 'ItemBatcher/BatchInput');
  return fillPayloadTemplate(template, pathView(visit, effectiveInput(visit)));
}

async function limit(
  visit: StateVisit,
  batcher: JsonObject,
  name: 'MaxItemsPerBatch' | 'MaxInputBytesPerBatch',
): Promise<number> {
  const path = batcher[`${name}Path`];
  if (batcher[name] === undefined && path === undefined) return Number.POSITIVE_INFINITY;
  const found =
    visit.language === 'JSONata'
      ? await fillJsonataTemplate(batcher[name], jsonataView(visit), `ItemBatcher/${name}`)
      : path === undefined
        ? batcher[name]
        : readFieldPath(String(path), pathView(visit, effectiveInput(visit)));
  const value = Number(found);
  if (Number.isInteger(value) && value > 0) return value;
  throw runtimeFailure(`field ${name} must be a positive integer, not ${JSON.stringify(found)}`);
}

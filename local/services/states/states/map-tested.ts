import { outcomeOfResult } from '../data-flow/state-output.ts';
import type { StateTest } from '../execution/state-test.ts';
import type { StateOutcome, StateVisit } from '../execution/state-visit.ts';
import { batchItems } from '../map/batch-items.ts';
import { itemsInData } from '../map/read-items.ts';
import { itemInput, mapItems } from './map-items.ts';
import { exceedsTolerance, failureTolerance, mapConcurrency, thresholdFailure } from './map-limits.ts';

/** A Map under test: everything but its iterations, which are mocked. */
export async function testedMap(
  visit: StateVisit,
  test: StateTest,
  mockedResult: () => unknown,
): Promise<StateOutcome> {
  const items = await testedItems(visit, test);
  await noteInputs(visit, test, items);
  test.note('maxConcurrency', await mapConcurrency(visit));
  const tolerance = await failureTolerance(visit);
  if (tolerance.count !== undefined) test.note('toleratedFailureCount', tolerance.count);
  if (tolerance.percentage !== undefined) test.note('toleratedFailurePercentage', tolerance.percentage);
  const result = mockedResult();
  const failed = test.mapIterationFailureCount ?? 0;
  const bounded = tolerance.count !== undefined || tolerance.percentage !== undefined;
  if (bounded && exceedsTolerance(tolerance, failed, items.length)) throw thresholdFailure();
  return outcomeOfResult(visit, result);
}

async function testedItems(visit: StateVisit, test: StateTest): Promise<unknown[]> {
  if (visit.state.ItemReader === undefined) {
    const items = await mapItems(visit);
    if (visit.language === 'JSONPath') test.note('afterItemsPath', items);
    return items;
  }
  return itemsInData(visit, test.itemReaderData ?? '[]'); // a request without it was refused
}

async function noteInputs(visit: StateVisit, test: StateTest, items: readonly unknown[]): Promise<void> {
  const { ItemSelector, ItemBatcher } = visit.state;
  const selected: unknown[] = [];
  for (const [index, value] of items.entries()) selected.push(await itemInput(visit, { index, value }));
  if (ItemSelector !== undefined) test.note('afterItemSelector', selected);
  if (ItemBatcher === undefined) return;
  const batches = await batchItems(visit, selected);
  test.note(
    'afterItemBatcher',
    batches.map(({ input }) => input),
  );
}

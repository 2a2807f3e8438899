import type { JsonObject } from '../../../cloud/service.ts';
import { fillTypedField } from '../data-flow/expected-type.ts';
import { fillJsonataTemplate, jsonataView } from '../data-flow/jsonata-template.ts';
import { pathView, readFieldPath } from '../data-flow/path-view.ts';
import { fillPayloadTemplate } from '../data-flow/payload-template.ts';
import { effectiveInput } from '../data-flow/state-input.ts';
import { queryFailure, StateFailure } from '../execution/state-failure.ts';
import type { StateVisit } from '../execution/state-visit.ts';

/** The array that a Map state goes through. */
export async function mapItems(visit: StateVisit): Promise<unknown[]> {
  return visit.language === 'JSONata' ? jsonataItems(visit) : jsonPathItems(visit);
}

async function jsonataItems(visit: StateVisit): Promise<unknown[]> {
  const { Items } = visit.state;
  if (Items !== undefined) {
    const items = await fillTypedField({ name: 'Items', template: Items, expected: 'array' }, jsonataView(visit));
    return items as unknown[]; // an array, as just checked
  }
  if (Array.isArray(visit.input)) return visit.input;
  throw queryFailure(`Map state input must be an array but was: ${JSON.stringify(visit.input)}`, 'Items');
}

function jsonPathItems(visit: StateVisit): unknown[] {
  const path = String(visit.state.ItemsPath ?? '$');
  const items = readFieldPath(path, pathView(visit, effectiveInput(visit)));
  if (Array.isArray(items)) return items;
  const cause = `Reference path "${path.replace(/^\$\$/, '$')}" must point to array.`;
  throw new StateFailure({ error: 'States.Runtime', cause, terminal: true });
}

/** One item and its number. */
export interface MapItem {
  readonly index: number;
  readonly value: unknown;
}

/** `$$.Map` of an iteration. */
export function mapContextOf(item: MapItem): JsonObject {
  return { Item: { Index: item.index, Value: item.value } };
}

/** What an iteration gets: the item, or what `ItemSelector` (formerly `Parameters`) makes of it. */
export async function itemInput(visit: StateVisit, item: MapItem): Promise<unknown> {
  const selector = visit.state.ItemSelector ?? visit.state.Parameters;
  if (selector === undefined) return item.value;
  const inItem: StateVisit = { ...visit, mapContext: mapContextOf(item) };
  if (visit.language === 'JSONata') return fillJsonataTemplate(selector, jsonataView(inItem), 'ItemSelector');
  return fillPayloadTemplate(selector, pathView(inItem, effectiveInput(visit)));
}

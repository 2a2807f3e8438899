import type { JsonObject } from '../../../cloud/service.ts';
import type { Write } from '../commit.ts';
import type { Database } from '../database.ts';
import { project, projectionOf } from '../expressions/projection.ts';
import type { BoundUpdate } from '../expressions/update-binding.ts';
import { readChoice } from '../request.ts';
import { carryOut } from '../single-write.ts';
import { copyItem, type Item } from '../values/attribute-value.ts';
import { updateRequest } from '../write-request.ts';

const RETURN_VALUES = ['NONE', 'ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'UPDATED_NEW'] as const;

/** UpdateItem: changes attributes of an item, which it makes if there is none. */
export function updateItem(database: Database, input: JsonObject): JsonObject {
  const returned = readChoice(input, 'ReturnValues', RETURN_VALUES);
  const request = updateRequest(database, input);
  const { write, report } = carryOut(database, request, input);
  const attributes = returnedAttributes(returned, write, request.update ?? []);
  return { ...(attributes && Object.keys(attributes).length > 0 ? { Attributes: attributes } : {}), ...report };
}

function returnedAttributes(
  returned: (typeof RETURN_VALUES)[number],
  { before, after }: Write,
  update: BoundUpdate,
): Item | undefined {
  switch (returned) {
    case 'NONE':
      return undefined;
    case 'ALL_OLD':
      return before && copyItem(before.item);
    case 'ALL_NEW':
      return after && copyItem(after.item);
    case 'UPDATED_OLD':
      return before && project(touchedBy(update), before.item);
    case 'UPDATED_NEW':
      return after && project(touchedBy(update), after.item);
  }
}

function touchedBy(update: BoundUpdate) {
  return projectionOf(update.map(clause => clause.path));
}

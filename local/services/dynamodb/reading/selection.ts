import type { JsonObject } from '../../../cloud/service.ts';
import type { DocumentPath } from '../expressions/document-path.ts';
import { checkedProjection, type Projection } from '../expressions/projection.ts';
import { invalid, readChoice, readText } from '../request.ts';
import { isProjected } from '../secondary-index.ts';
import type { ReadTarget } from './read-target.ts';

/** What a query or scan returns of each item. */
export interface Selection {
  readonly countOnly: boolean;
  readonly projection: Projection | undefined;
  /** A local index does not hold all that is wanted: every item is fetched from the table as well. */
  readonly fetches: boolean;
}

const SELECTS = ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'] as const;
type Select = (typeof SELECTS)[number];

/** @throws AwsError ValidationException when `Select`, projection and index do not go together */
export function readSelection(
  target: ReadTarget,
  input: JsonObject,
  paths: readonly DocumentPath[] | undefined,
): Selection {
  const given = readText(input, 'Select') === undefined ? undefined : readChoice(input, 'Select', SELECTS);
  const select =
    given ?? (paths ? 'SPECIFIC_ATTRIBUTES' : target.index ? 'ALL_PROJECTED_ATTRIBUTES' : 'ALL_ATTRIBUTES');
  checkProjectionUse(select, paths !== undefined);
  if (select === 'ALL_PROJECTED_ATTRIBUTES' && !target.index) {
    throw invalid(
      'One or more parameter values were invalid: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName',
    );
  }
  return {
    countOnly: select === 'COUNT',
    projection: paths && checkedProjection(paths),
    fetches: needsTable(target, select, paths ?? []),
  };
}

function checkProjectionUse(select: Select, hasProjection: boolean): void {
  if (select === 'SPECIFIC_ATTRIBUTES') {
    if (hasProjection) return;
    throw invalid(
      'One or more parameter values were invalid: Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    );
  }
  if (!hasProjection) return;
  const what = select === 'COUNT' ? 'only the Count' : select;
  throw invalid(
    `One or more parameter values were invalid: Cannot specify the ProjectionExpression when choosing to get ${what}`,
  );
}

/** Whether attributes are wanted that the index does not hold; a global index cannot be asked for them. */
function needsTable({ table, index }: ReadTarget, select: Select, paths: readonly DocumentPath[]): boolean {
  if (!index || index.projection === 'ALL') return false;
  const missing = paths.map(path => String(path[0])).filter(name => !isProjected(index, table.definition.schema, name));
  if (index.scope === 'local') return select === 'ALL_ATTRIBUTES' || missing.length > 0;
  if (select === 'ALL_ATTRIBUTES') {
    throw invalid(
      `One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  }
  if (missing.length > 0) {
    throw invalid(
      `One or more parameter values were invalid: Global secondary index ${index.name} does not project [${missing.join(', ')}]`,
    );
  }
  return false;
}

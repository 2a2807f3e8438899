import type { JsonObject } from '../../../cloud/service.ts';
import type { Database } from '../database.ts';
import { RequestExpressions } from '../expressions/request-expressions.ts';
import { readPage } from '../reading/page.ts';
import { readStart, readTarget } from '../reading/read-target.ts';
import { readSelection } from '../reading/selection.ts';
import { constraint, invalid, readInteger, refuseLegacy } from '../request.ts';
import { isInSegment, type Segment } from '../storage/item-store.ts';

const MOST_SEGMENTS = 1_000_000;

/** Scan: every item of a table or index, or of one segment of it, in no order that a client could rely on. */
export function scan(database: Database, input: JsonObject): JsonObject {
  refuseLegacy(input, {
    ScanFilter: 'FilterExpression',
    AttributesToGet: 'ProjectionExpression',
    ConditionalOperator: 'FilterExpression',
  });
  const segment = readSegment(input);
  const expressions = new RequestExpressions(input, ['FilterExpression', 'ProjectionExpression']);
  const filter = expressions.condition('FilterExpression');
  const paths = expressions.projection();
  expressions.checkAllUsed();
  const target = readTarget(database, input);
  const selection = readSelection(target, input, paths);
  const start = readStart(target, input);
  if (start && segment && !isInSegment(start.partition, segment)) {
    throw invalid('The provided Exclusive start key does not map to the provided Segment and TotalSegments values.');
  }
  return readPage(database, target.items.scan(start, segment), { target, selection, filter, input });
}

function readSegment(input: JsonObject): Segment | undefined {
  const index = readInteger(input, 'Segment', 0);
  const of = readInteger(input, 'TotalSegments', 1);
  if (index === undefined && of === undefined) return undefined;
  if (of === undefined) {
    throw invalid(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  }
  if (index === undefined) {
    throw invalid(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  }
  if (of > MOST_SEGMENTS) {
    throw constraint('TotalSegments', of, `Member must have value less than or equal to ${MOST_SEGMENTS}`);
  }
  if (index >= of) {
    throw invalid(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${index} is not less than TotalSegments: ${of}`,
    );
  }
  return { index, of };
}

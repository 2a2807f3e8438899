/**
 * DynamoDB's batches: requests by table, and in the answer those that were not processed, in the same form. A batch of
 * which nothing could be processed is refused as a whole.
 */
import { AwsError } from '../cloud/aws-error.ts';
import type { JsonObject } from '../cloud/service.ts';
import { type BatchShape, listOf } from './batch-shape.ts';

/** What a batch asks of one table. */
interface TableRequests {
  readonly table: string;
  readonly requests: readonly JsonObject[];
  /** The same, with other requests in it. */
  readonly holding: (requests: readonly JsonObject[]) => unknown;
}

interface TableBatchOptions {
  /** The member of the answer. */
  readonly unprocessed: string;
  /** The other member that an answer always has. */
  readonly processed?: string;
  /** The member of a table's request that lists them. @default the request is the list */
  readonly list?: string;
}

/** BatchWriteItem (`{table: [request]}`) and BatchGetItem (`{table: {Keys: [key], …}}`). */
export function tableBatch({ unprocessed, processed, list }: TableBatchOptions): BatchShape {
  const tablesOf = (value: unknown): TableRequests[] =>
    Object.entries((value ?? {}) as JsonObject).map(([table, asked]) => {
      if (list === undefined) return { table, requests: listOf(asked), holding: requests => requests };
      const members = asked as JsonObject; // the service checks the form
      return { table, requests: listOf(members[list]), holding: requests => ({ ...members, [list]: requests }) };
    });

  /** The requests at the positions that `keeps` accepts, counted over all tables. */
  const pick = (value: unknown, keeps: (position: number) => boolean): JsonObject => {
    let position = 0;
    const kept = tablesOf(value).map(({ table, requests, holding }) => {
      const some = requests.filter(() => keeps(position++));
      return { table, count: some.length, asked: holding(some) };
    });
    return Object.fromEntries(kept.filter(({ count }) => count > 0).map(({ table, asked }) => [table, asked]));
  };

  return {
    entryCount: input => tablesOf(input.RequestItems).reduce((sum, { requests }) => sum + requests.length, 0),
    without(input, refused) {
      const left = pick(input.RequestItems, position => !refused.has(position));
      return Object.keys(left).length === 0 ? undefined : { ...input, RequestItems: left };
    },
    answer({ input, refused, answer, refusal }) {
      if (!answer) throw new AwsError(refusal.code, refusal.message);
      const given = pick(input.RequestItems, position => refused.has(position));
      const own = tablesOf(answer[unprocessed]);
      const all = Object.fromEntries(own.map(({ table, requests, holding }) => [table, holding(requests)]));
      for (const { table, requests, holding } of tablesOf(given)) {
        const before = own.find(other => other.table === table)?.requests ?? [];
        all[table] = holding([...before, ...requests]);
      }
      return { ...(processed === undefined ? {} : { [processed]: {} }), ...answer, [unprocessed]: all };
    },
  };
}

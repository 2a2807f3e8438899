import type { Interceptor } from '../../local/cloud/cloud.ts';
import type { Ids } from '../../local/cloud/ids.ts';

/** Of the items that are read eventually consistent, so many come back as they were. */
const STALE_SHARE = 0.1;

type Item = Readonly<Record<string, unknown>>;

interface Asked {
  readonly Keys: readonly Item[];
  readonly ConsistentRead?: boolean;
}

interface Answer {
  readonly Responses?: Readonly<Record<string, readonly Item[]>>;
  readonly UnprocessedKeys?: Readonly<Record<string, { readonly Keys: readonly Item[] }>>;
}

/**
 * Eventually consistent reads of batches as DynamoDB may answer them: an item as it was at an earlier such read, or not there
 * yet. Nobody may rely on how late a copy is, so it may be as late as that read was early.
 */
export function staleReads(ids: Pick<Ids, 'random'>): Interceptor {
  /** What the last read found, by table and key. */
  const earlier = new Map<string, Item | undefined>();

  function answerOf(table: string, { Keys }: Asked, { Responses = {}, UnprocessedKeys = {} }: Answer): readonly Item[] {
    const nameOf = (item: Item) => JSON.stringify([table, ...Object.keys(Keys[0] ?? {}).map(name => item[name])]);
    const found = new Map(Responses[table]?.map(item => [nameOf(item), item]));
    const unprocessed = new Set(UnprocessedKeys[table]?.Keys.map(nameOf));
    return Keys.flatMap(key => {
      const name = nameOf(key);
      if (unprocessed.has(name)) return [];
      const now = found.get(name);
      const seen = earlier.has(name) && ids.random() < STALE_SHARE ? earlier.get(name) : now;
      earlier.set(name, now);
      return seen ? [seen] : [];
    });
  }

  return async (request, next) => {
    const answer = (await next()) as Answer; // what BatchGetItem answers, where it is looked at
    if (request.service !== 'dynamodb' || request.operation !== 'BatchGetItem') return answer;
    const { RequestItems } = request.input as { RequestItems: Readonly<Record<string, Asked>> }; // it was carried out
    const stale = Object.entries(RequestItems).filter(([, { ConsistentRead = false }]) => !ConsistentRead);
    if (stale.length === 0) return answer;
    const Responses = Object.fromEntries(stale.map(([table, asked]) => [table, answerOf(table, asked, answer)]));
    return { ...answer, Responses: { ...answer.Responses, ...Responses } };
  };
}

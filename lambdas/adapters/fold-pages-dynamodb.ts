/**
 * The pages of a fold's memory: items of the table that the fold's own items are in, under `<key>#ids#<name>`. They have
 * nothing of an item but the key: no state, no outbox, no index attributes, so that no reader takes them for one. A page
 * is never changed, and expires by itself.
 */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type IdPage, type IdPages, type Imprints, pageName, TerminalError } from '../../core/index.ts';
import { errorName, operatingError } from './aws-errors.ts';
import { type BatchGetOptions, batchGetItems } from './batch-get-items.ts';
import { PAGE_ATTRIBUTE, packImprints, unpackImprints } from './recent-ids-attribute.ts';

interface PageTable extends BatchGetOptions {
  readonly layout: { readonly keyAttribute: string };
}

/** Pages that were read or written lately: they never change, so a warm function need not read them again. */
export class PageCache {
  readonly #pages = new Map<string, Imprints>();
  readonly #maxPages: number;

  constructor(maxPages = 2_000) {
    this.#maxPages = maxPages;
  }

  get(address: string): Imprints | undefined {
    const imprints = this.#pages.get(address);
    if (imprints) this.set(address, imprints);
    return imprints;
  }

  set(address: string, imprints: Imprints): void {
    this.#pages.delete(address);
    this.#pages.set(address, imprints);
    for (const [oldest] of this.#pages) {
      if (this.#pages.size <= this.#maxPages) return;
      this.#pages.delete(oldest);
    }
  }
}

/** Reads pages together, those that are not in the cache. @throws TerminalError when one is missing or damaged */
export async function readPages(
  table: PageTable,
  cache: PageCache,
  names: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, IdPages>> {
  const { keyAttribute } = table.layout;
  const wanted = [...names].flatMap(([key, ofKey]) => ofKey.map(name => addressOf(key, name)));
  const missing = wanted.filter(address => !cache.get(address));
  const found = missing.length === 0 ? [] : await batchGetItems(table, missing.map(keyOf));
  const read = new Map(found.map(item => [item[keyAttribute]?.S, item[PAGE_ATTRIBUTE]?.B]));
  function keyOf(address: string) {
    return { [keyAttribute]: { S: address } };
  }
  function imprintsOf(key: string, name: string): Imprints {
    const address = addressOf(key, name);
    const packed = read.get(address);
    const imprints = cache.get(address) ?? (packed && packed.length % 13 === 0 ? unpackImprints(packed) : '');
    if (pageName(key, imprints) !== name) {
      throw new TerminalError(`Cannot read page '${name}' of '${key}': it is ${packed ? 'damaged' : 'missing'}`);
    }
    cache.set(address, imprints);
    return imprints;
  }
  return new Map(
    [...names].map(([key, ofKey]) => [key, new Map(ofKey.map(name => [name, imprintsOf(key, name)] as const))]),
  );
}

/** Writes a page; again changes nothing. @throws TerminalError when an item of a fold stands under that key */
export async function writePage(table: PageTable, cache: PageCache, key: string, page: IdPage): Promise<void> {
  const address = addressOf(key, page.name);
  const item = {
    [table.layout.keyAttribute]: { S: address },
    [PAGE_ATTRIBUTE]: { B: packImprints(page.imprints) },
    expiresAt: { N: String(Math.ceil(page.expiresAtMs / 1000)) },
  };
  const put = { TableName: table.tableName, Item: item, ConditionExpression: 'attribute_not_exists(revision)' };
  try {
    await table.client.send(new PutItemCommand(put));
  } catch (error) {
    if (errorName(error) !== 'ConditionalCheckFailedException') throw operatingError(error);
    throw new TerminalError(`Cannot write page '${address}': an item has that key`, { cause: error });
  }
  cache.set(address, page.imprints);
}

function addressOf(key: string, name: string): string {
  return `${key}#ids#${name}`;
}

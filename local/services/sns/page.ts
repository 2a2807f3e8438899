import type { JsonObject } from '../../cloud/service.ts';

const PAGE_SIZE = 100;

/** One page of 100; the token is where the next one begins. */
export function pageOf<Item>(items: readonly Item[], input: JsonObject): { page: Item[]; nextToken: JsonObject } {
  const start = typeof input.NextToken === 'string' ? Number(atob(input.NextToken)) : 0;
  const end = start + PAGE_SIZE;
  return {
    page: items.slice(start, end),
    nextToken: end < items.length ? { NextToken: btoa(String(end)) } : {},
  };
}

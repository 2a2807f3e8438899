import { z } from 'zod';
import { functionConfiguration } from '../function-configuration.ts';
import type { LambdaOperation } from '../lambda-parts.ts';
import { parseInput } from '../parse-input.ts';

const INPUT = z.object({ Marker: z.string().optional(), MaxItems: z.coerce.number().int().min(1).optional() });
const PAGE_SIZE = 50;

export const listFunctions: LambdaOperation = lambda => input => {
  const { Marker, MaxItems } = parseInput(INPUT, input);
  const all = [...lambda.functions.all].filter(({ name }) => Marker === undefined || name > Marker);
  all.sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = all.slice(0, Math.min(MaxItems ?? PAGE_SIZE, PAGE_SIZE));
  const last = page.at(-1);
  return {
    Functions: page.map(record => functionConfiguration(record, record.latest)),
    ...(last && page.length < all.length ? { NextMarker: last.name } : {}),
  };
};

import { AwsError } from '../../../cloud/aws-error.ts';

const LARGEST_PAGE = 1000;
const DEFAULT_PAGE = 100;

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | undefined;
}

/** One page of a list: `maxResults` items (0 means the default) from where `nextToken` says. @throws AwsError (InvalidToken) */
export function pageOf<Item>(items: readonly Item[], input: { maxResults?: unknown; nextToken?: unknown }): Page<Item> {
  const size = Number(input.maxResults ?? 0) || DEFAULT_PAGE;
  if (size < 0 || size > LARGEST_PAGE) {
    const rule = `Member must have value less than or equal to ${LARGEST_PAGE}`;
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${size}' at 'maxResults' failed to satisfy constraint: ${rule}`,
    );
  }
  const from = input.nextToken === undefined ? 0 : Number(Buffer.from(String(input.nextToken), 'base64').toString());
  if (!Number.isInteger(from)) throw new AwsError('InvalidToken', `Invalid Token: 'Invalid token'`);
  const to = from + size;
  return {
    items: items.slice(from, to),
    nextToken: to < items.length ? Buffer.from(String(to)).toString('base64') : undefined,
  };
}

import type { JsonObject } from '../../../../local/cloud/service.ts';

const NAME = 'core.update-account-command';

/** The event that most of the recorded tests put. */
export const ACCOUNT_DETAIL: JsonObject = {
  command: 'update-account',
  payload: { acc_id: '0a787ecb-4015', sf_id: 'baz' },
};

/** Matches the account event by where it comes from, what it is, and its command. */
export const ACCOUNT_PATTERN = JSON.stringify({
  source: [NAME],
  'detail-type': [NAME],
  detail: { command: ['update-account'] },
});

export const ACCOUNT_PATTERN_WITHOUT_DETAIL = JSON.stringify({ source: [NAME], 'detail-type': [NAME] });

export function accountEntry(detail: JsonObject = ACCOUNT_DETAIL): JsonObject {
  return { Source: NAME, DetailType: NAME, Detail: JSON.stringify(detail) };
}

/** A pattern like the account event's, with another condition on the detail. */
export function accountPattern(detail: JsonObject): string {
  return JSON.stringify({ source: [NAME], 'detail-type': [NAME], detail });
}

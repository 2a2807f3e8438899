import { expect, it } from 'vitest';
import { type CloudEvent, imprintOf } from '../../../../core/index.ts';
import { deliveryOf } from '../../../../core/processing/idempotency-row.ts';
import { fingerprint } from '../../../../lambdas/runtime/fingerprint.ts';
import { pageViewed } from '../../../support/behaviour-events.ts';

const rowOf = (event: CloudEvent) => deliveryOf({ event, sequence: '1', arrivedAtMs: 0, shard: 's' }).fingerprint;

it.each([
  ['folds', imprintOf],
  ['rows of processors', rowOf],
  ['rows of consumers', fingerprint],
])('toldTime decides for %s whether an id stands for two contents', (_, contentOf) => {
  const event = pageViewed();
  const later = { ...event, time: '2026-03-01T09:00:00.020Z' };
  expect(contentOf(later)).not.toBe(contentOf(event));
  expect(contentOf({ ...later, doortime: false })).not.toBe(contentOf(event));
  expect(contentOf({ ...later, doortime: true })).toBe(contentOf({ ...event, doortime: true }));
  expect(contentOf({ ...later, doortime: true, data: { url: '/other' } })).not.toBe(
    contentOf({ ...event, doortime: true }),
  );
});

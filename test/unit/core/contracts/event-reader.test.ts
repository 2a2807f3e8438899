import { expect, it } from 'vitest';
import { defineConsumer, readersOf } from '../../../../core/index.ts';
import type { BehaviourEvent } from '../../../../domains/behaviour/events/behaviour-event.ts';

it('defineConsumer: names of types and fields are checked by the compiler, through objects and lists', () => {
  const reader = defineConsumer<BehaviourEvent>('reader', {
    'behaviour.purchase.completed.v1': ['time', 'data.lines[].quantity', 'data.lines', 'data.currency'],
    'behaviour.page.viewed.v1': ['data'],
  });
  expect(reader).toEqual({
    name: 'reader',
    readsFields: expect.objectContaining({ 'behaviour.page.viewed.v1': ['data'] }),
  });
  // @ts-expect-error a field of a list that there is not
  defineConsumer<BehaviourEvent>('reader', { 'behaviour.purchase.completed.v1': ['data.lines[].quantty'] });
  // @ts-expect-error a field of another type
  defineConsumer<BehaviourEvent>('reader', { 'behaviour.page.viewed.v1': ['data.currency'] });
  // @ts-expect-error an attribute that there is not
  defineConsumer<BehaviourEvent>('reader', { 'behaviour.page.viewed.v1': ['tiem'] });
  // @ts-expect-error a type that there is not
  defineConsumer<BehaviourEvent>('reader', { 'behaviour.page.viewd.v1': [] });
});

it('readersOf: a processor reads what its definition says', () => {
  const processor = {
    name: 'fold',
    accepts: [{ type: 'a.b.c.v1' }],
    readsFields: { 'a.b.c.v1': ['id'], 'a.b.d.v1': undefined },
  };
  expect(readersOf({ producers: [], consumers: [], processors: [processor] })).toEqual([
    { name: 'fold', readsFields: { 'a.b.c.v1': ['id'] } },
  ]);
});

import { describe, expect, test } from 'vitest';
import { typeUses } from '../../../../cli/catalogue/code/type-uses.ts';
import { workflowFacts } from '../../../../cli/catalogue/code/workflow-uses.ts';

const PLACED = 'shop.order.placed.v1';
const SHIPPED = 'shop.order.shipped.v1';
const TYPES = [PLACED, SHIPPED];

const eventTypes = `/** The types. */
export const shopEventTypes = {
  placed: '${PLACED}',
  shipped: '${SHIPPED}',
} as const;
`;

function usesOf(handler: string, others: Readonly<Record<string, string>> = {}) {
  const files = {
    'domains/shop/events/event-types.ts': eventTypes,
    'lambdas/ship/handler.ts': handler,
    ...others,
  };
  const uses = typeUses(
    Object.entries(files).map(([file, text]) => ({ file, text })),
    TYPES,
  ).get('ship');
  return { names: [...(uses?.names ?? [])], makes: [...(uses?.makes ?? [])] };
}

describe('typeUses', () => {
  test('follows names through imports and functions to the type that an event is made of', () => {
    const handler = `import { ship as send } from '../../domains/shop/ship.ts';

export const handler = async (event: unknown) => send(event);
`;
    const ship = `import { shopEventTypes as types } from './events/event-types.ts';

export function ship(event: unknown) {
  return { type: types.shipped, data: event };
}

export function place(event: unknown) {
  return { type: types.placed, data: event };
}
`;
    expect(usesOf(handler, { 'domains/shop/ship.ts': ship })).toEqual({ names: [SHIPPED], makes: [SHIPPED] });
  });

  test('tells apart who makes events of a type and who compares with it, judges by it, or speaks of its type alone', () => {
    const handler = `import { schemaContract } from '../../core/index.ts';
import { shopEventTypes as types } from '../../domains/shop/events/event-types.ts';
import type { Shipped } from '../../domains/shop/shipped.ts';

const contract = schemaContract(types.placed, () => true);

/** Makes no ${SHIPPED}. */
export function handler(event: Shipped | { type: string }) {
  // types.shipped is not made here
  if (event.type === types.placed) return contract;
  switch (event.type) {
    case types.shipped:
      return undefined;
  }
}
`;
    expect(usesOf(handler)).toEqual({ names: [PLACED, SHIPPED], makes: [] });
  });

  test('does not follow what only shares a name, and ends where code leads in a circle', () => {
    const handler = `import { a } from '../../domains/shop/a.ts';

export const handler = () => a();

function place() {
  return '${PLACED}';
}
`;
    const a = `import { b } from './b.ts';

export function a() {
  const place = 1;
  return b(place);
}
`;
    const b = `import { a } from './a.ts';

export function b(n: number): unknown {
  return n > 1 ? a() : '${SHIPPED}';
}
`;
    const uses = usesOf(handler, { 'domains/shop/a.ts': a, 'domains/shop/b.ts': b });
    expect(uses).toEqual({ names: [SHIPPED], makes: [SHIPPED] });
  });
});

describe('workflowFacts', () => {
  const task = (Resource: string, Arguments: object) => ({ Type: 'Task', Resource, Arguments });

  test('finds facts in states at any depth, and how each leaves', () => {
    const definition = {
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [
            {
              States: { Keep: task('arn:aws:states:::dynamodb:putItem', { Item: { event: { S: `x ${SHIPPED} y` } } }) },
            },
            { States: { Tell: task('arn:aws:states:::events:putEvents', { Entries: [{ DetailType: PLACED }] }) } },
          ],
        },
        Look: task('arn:aws:states:::dynamodb:getItem', { Key: PLACED }),
        Call: task('arn:aws:states:::lambda:invoke', { Payload: SHIPPED }),
      },
    };
    const facts = [
      { type: SHIPPED, by: 'write' },
      { type: PLACED, by: 'publish' },
    ];
    expect(workflowFacts(JSON.stringify(definition), TYPES)).toEqual(facts);
    expect(workflowFacts(definition, TYPES)).toEqual(facts);
  });

  test('finds nothing in a definition that is known only later', () => {
    expect(workflowFacts('{not yet', TYPES)).toEqual([]);
    expect(workflowFacts(undefined, TYPES)).toEqual([]);
  });
});

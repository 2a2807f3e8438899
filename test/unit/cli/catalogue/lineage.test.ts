import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../../../cli/assembly.ts';
import type { CatalogueEvent } from '../../../../cli/catalogue/catalogue.ts';
import { buildCatalogue, readCatalogue } from '../../../../cli/catalogue/catalogue.ts';
import { type Drawing, draw } from '../../../../cli/catalogue/lineage/drawing.ts';
import { crossings, layered } from '../../../../cli/catalogue/lineage/layers.ts';
import { eventLineage, jointLineage, type Lineage } from '../../../../cli/catalogue/lineage/lineage.ts';
import type { Part, Wiring } from '../../../../cli/catalogue/wiring/part.ts';
import { SHIPPED, shop, shopSources } from '../../../support/shop-catalogue.ts';

/** Graphs without circles: an arrow leads from a smaller number to a larger one. */
const graphs = fc
  .uniqueArray(fc.tuple(fc.nat(11), fc.nat(11)), { minLength: 1, maxLength: 18, selector: pair => pair.join() })
  .map(pairs => pairs.filter(([from, to]) => from !== to).map(pair => pair.toSorted((a, b) => a - b).map(String)))
  .map((pairs): Lineage => {
    const edges = [...new Map(pairs.map(([from = '', to = '']) => [`${from}>${to}`, { from, to }])).values()];
    const ids = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
    return {
      edges,
      nodes: ids.map(id => ({ id, kind: 'function', name: `name-${id}`.repeat(1 + (Number(id) % 3)), detail: 'x' })),
    };
  });

describe('draw', () => {
  test('lets no two boxes meet, every arrow lead to the right, and none through a box', () => {
    fc.assert(
      fc.property(graphs, lineage => {
        expect(faultsOf(draw(lineage), lineage)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('draws each box and each arrow once', () => {
    fc.assert(
      fc.property(graphs, lineage => {
        const { boxes, arrows } = draw(lineage);
        expect(boxes.map(({ node }) => node.id).toSorted()).toEqual(lineage.nodes.map(({ id }) => id).toSorted());
        expect(arrows.map(({ from, to }) => ({ from, to }))).toEqual(lineage.edges);
      }),
    );
  });

  test('draws the ways of the platform without a crossing', async () => {
    const { events, wiring } = await readCatalogue(`${ROOT}/cdk.out`);
    const domains = [...new Set(events.map(({ domain }) => domain))];
    const drawn = [
      ...events.map(event => eventLineage(event, wiring)),
      ...domains.map(domain =>
        jointLineage(
          events.filter(event => event.domain === domain),
          wiring,
        ),
      ),
    ];
    for (const lineage of drawn) {
      expect(lineage.edges.length).toBeGreaterThan(2);
      expect(
        crossings(
          layered(
            lineage.nodes.map(({ id }) => id),
            lineage.edges,
          ),
        ),
      ).toBe(0);
      expect(faultsOf(draw(lineage), lineage)).toEqual([]);
    }
  });
});

describe('layered', () => {
  test('unties what can be untied', () => {
    const edges = [
      { from: 'a', to: 'y' },
      { from: 'b', to: 'x' },
    ];
    expect(crossings(layered(['a', 'b', 'x', 'y'], edges))).toBe(0);
    expect(
      crossings({
        columns: [
          ['a', 'b'],
          ['x', 'y'],
        ],
        edges,
      }),
    ).toBe(1);
  });
});

describe('eventLineage', () => {
  test('draws what an outbox publisher carries as one arrow, and what leads back as a box of its own', () => {
    const { events, wiring } = buildCatalogue(shopSources());
    const event = events.find(({ type }) => type === SHIPPED);
    if (!event) throw new Error('Cannot find the fact of the shop');
    const { edges } = eventLineage(event, wiring);
    expect(edges).toContainEqual({ from: shop.table, to: shop.bus });
    expect(edges.flatMap(({ from, to }) => [from, to])).not.toContain(shop.publisher);

    const back = { from: shop.consumer, to: shop.processor };
    const circular: CatalogueEvent = { ...event, way: { ...event.way, steps: [...event.way.steps, back] } };
    const { nodes, edges: forward } = eventLineage(circular, wiring);
    expect(forward).toContainEqual({ from: shop.consumer, to: `again:${shop.processor}` });
    expect(nodes.find(({ id }) => id === `again:${shop.processor}`)).toMatchObject({
      kind: 'again',
      name: 'order-state',
    });
  });

  test('names a function that answers routes after the first of them', () => {
    const part = (id: string, kind: Part['kind']): Part => ({ id, kind, name: id, physicalName: id, properties: {} });
    const parts = ['POST /a', 'POST /b', 'door', 'stream'].map(id =>
      part(id, id.startsWith('POST') ? 'route' : id === 'door' ? 'function' : 'stream'),
    );
    const wiring: Wiring = {
      parts: new Map(parts.map(each => [each.id, each])),
      links: [
        { from: 'POST /a', to: 'door', kind: 'request' },
        { from: 'POST /b', to: 'door', kind: 'request' },
      ],
    };
    const [event] = buildCatalogue(shopSources()).events;
    if (!event) throw new Error('Cannot find an event of the shop');
    const way = { ...event.way, steps: [{ from: 'door', to: 'stream' }] };
    expect(eventLineage({ ...event, way }, wiring).nodes[0]).toMatchObject({ name: 'POST /a', detail: 'and POST /b' });
  });
});

function faultsOf({ boxes, arrows, width, height }: Drawing, { edges }: Lineage): readonly string[] {
  const faults: string[] = [];
  boxes.forEach((a, index) => {
    if (a.x < 0 || a.y < 0 || a.x + a.width > width || a.y + a.height > height) faults.push(`${a.node.id} is outside`);
    for (const b of boxes.slice(index + 1)) {
      const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      if (!apart) faults.push(`${a.node.id} meets ${b.node.id}`);
    }
  });
  for (const { from, to, points } of arrows) {
    points.forEach(([x, y], index) => {
      const before = points[index - 1];
      if (!before) return;
      if (before[0] > x) faults.push(`${from} > ${to} leads back`);
      if (before[1] !== y) return; // curves lie in the gaps between columns
      const hit = boxes.find(box => box.x < x && before[0] < box.x + box.width && box.y < y && y < box.y + box.height);
      if (hit) faults.push(`${from} > ${to} leads through ${hit.node.id}`);
    });
  }
  if (arrows.length !== edges.length) faults.push('an arrow is missing');
  return faults;
}

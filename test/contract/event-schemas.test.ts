import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseEventType, reviewDocumentation, reviewSchema } from '../../core/index.ts';
import { behaviourFactContracts } from '../../domains/behaviour/events/fact-contracts.ts';
import { domainNames, eventSchemas, generatedFolder, generateEvents } from '../../domains/generate-events.ts';
import { ingestContracts } from '../../domains/ingest-contracts.ts';
import { travelFactContracts } from '../../domains/travel/events/fact-contracts.ts';

const contracts = [...ingestContracts, ...behaviourFactContracts, ...travelFactContracts];
const domains = await domainNames();
const schemas = (await Promise.all(domains.map(eventSchemas))).flat();

describe('event schemas', () => {
  it.each(domains)('of %s: the generated types and validators are current', async domain => {
    const generated = await generateEvents(domain);
    expect((await readdir(generatedFolder(domain))).sort()).toEqual([...generated.keys()].sort());
    for (const [name, text] of generated) {
      expect(await readFile(join(generatedFolder(domain), name), 'utf8'), `${name}: run npm run schemas:generate`).toBe(
        text,
      );
    }
  });

  it('have a contract each, and no contract is without one', () => {
    expect(contracts.map(contract => contract.type).sort()).toEqual(schemas.map(schema => schema['x-type']).sort());
  });

  it.each(schemas)('$x-type: is described, owned, versioned, and classifies every field', schema => {
    expect(parseEventType(schema['x-type'])).toBeDefined();
    expect(schema['x-owner']).toMatch(/^team-/);
    expect(reviewSchema([], schema)).toEqual([]);
    expect(reviewDocumentation(schema)).toEqual([]);
  });

  it.each(schemas)('$x-type: its examples keep the contract', schema => {
    const contract = contracts.find(({ type }) => type === schema['x-type']);
    expect(schema.examples.length).toBeGreaterThan(0);
    for (const example of schema.examples) expect(contract?.problemOf(example)).toBeUndefined();
  });

  it.each(schemas)('$x-type: unknown fields are let through, no data is refused', schema => {
    const contract = contracts.find(({ type }) => type === schema['x-type']);
    expect(contract?.problemOf({ ...Object(schema.examples[0]), addedInAMinorVersion: true })).toBeUndefined();
    expect(contract?.problemOf(undefined)).toMatchObject({ field: 'data', reason: 'must be object' });
  });
});

describe('purchase completed', () => {
  const contract = ingestContracts.find(({ type }) => type === 'behaviour.purchase.completed.v1');
  const purchase = { product: 'p', quantity: 1, unitPrice: 2.555, currency: 'GBP' };

  it.each([
    [{ ...purchase, quantity: 0 }, 'data.quantity', 'must not be 0'],
    [{ ...purchase, quantity: 1.5 }, 'data.quantity', 'must be integer'],
    [{ ...purchase, unitPrice: '2.55' }, 'data.unitPrice', 'must be number'],
    [{ ...purchase, unitPrice: -1 }, 'data.unitPrice', 'must be >= 0'],
    [{ ...purchase, currency: 'pounds' }, 'data.currency', 'must match pattern "^[A-Z]{3}$"'],
    [{ currency: 'GBP' }, 'data.product', 'is required'],
    [{ currency: 'GBP', lines: [] }, 'data.lines', 'must NOT have fewer than 1 items'],
    [{ ...purchase, lines: [purchase] }, 'data.product', 'must not be given here'],
    [{ currency: 'GBP', lines: [purchase, { ...purchase, quantity: 0 }] }, 'data.lines[1].quantity', 'must not be 0'],
  ])('refuses %j', (data, field, reason) => {
    expect(contract?.problemOf(data)).toMatchObject({ field, reason });
  });

  it('takes a return, and lines with returns among them', () => {
    expect(contract?.problemOf({ ...purchase, quantity: -3 })).toBeUndefined();
    expect(contract?.problemOf({ currency: 'GBP', lines: [purchase, { ...purchase, quantity: -1 }] })).toBeUndefined();
  });
});

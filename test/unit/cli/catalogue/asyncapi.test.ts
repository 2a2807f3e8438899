import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import ajvFormats from 'ajv-formats';
import { beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../../../cli/assembly.ts';
import { asyncApi } from '../../../../cli/catalogue/asyncapi/asyncapi.ts';
import { buildCatalogue, type Catalogue, readCatalogue } from '../../../../cli/catalogue/catalogue.ts';
import { isSchemaObject, type SchemaObject } from '../../../../core/index.ts';
import { behaviourEventTypes } from '../../../../domains/behaviour/events/event-types.ts';
import { shopSources } from '../../../support/shop-catalogue.ts';

const SPECIFICATION = '@asyncapi/specs/schemas/3.0.0-without-$id.json';
const SITES = {
  'of npm start': { apiUrl: 'http://127.0.0.1:4700/execute-api/x1', awsUrl: 'http://127.0.0.1:4700' },
  'to be published': { apiUrl: '$MILLRACE_URL' },
};

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await readCatalogue(`${ROOT}/cdk.out`);
});

describe('asyncApi', () => {
  test('keeps the JSON Schema of AsyncAPI 3.0', () => {
    const validate = newAjv().compile(specification());
    for (const [name, site] of Object.entries(SITES)) {
      for (const each of [catalogue, buildCatalogue(shopSources())]) {
        validate(asyncApi(each, site));
        expect(validate.errors ?? [], name).toEqual([]);
      }
    }
  });

  test('has what AsyncAPI 3.0 demands: servers with host and protocol, operations that send or receive', () => {
    for (const site of Object.values(SITES)) {
      const document = asyncApi(catalogue, site);
      expect(document.asyncapi).toBe('3.0.0');
      expect(document.info).toMatchObject({ title: 'Millrace', version: expect.any(String) });
      for (const server of members(document.servers)) {
        expect(server).toMatchObject({ host: expect.any(String), protocol: expect.stringMatching(/^[a-z]+$/) });
      }
      for (const operation of members(document.operations)) {
        expect(operation.action).toMatch(/^(send|receive)$/);
      }
      const keys = [document.channels, document.operations, document.components].flatMap(one => Object.keys(one ?? {}));
      for (const key of keys) expect(key).toMatch(/^[\w.-]+$/);
    }
  });

  test('refers to nothing that is not there', () => {
    const document = asyncApi(catalogue, SITES['of npm start']);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
    expect(references.length).toBeGreaterThan(100);
    const found = (path: string) =>
      path.split('/').reduce<unknown>((from, name) => (isSchemaObject(from) ? from[name] : undefined), document);
    expect(references.filter(path => found(path) === undefined)).toEqual([]);
  });

  test('has every type as a message, with samples that keep its payload', () => {
    const document = asyncApi(catalogue, SITES['of npm start']);
    const { messages } = document.components as { messages: Record<string, SchemaObject> };
    const ajv = newAjv().addSchema({ $id: 'https://catalogue.example/asyncapi.json', ...document });
    for (const { type, samples, isIngested } of catalogue.events) {
      const validate = ajv.compile({ $ref: `https://catalogue.example/asyncapi.json#/components/schemas/${type}` });
      const examples = messages[type]?.examples as readonly { readonly payload: object }[];
      expect(examples).toHaveLength(samples.length);
      for (const { payload } of examples) {
        validate(payload);
        expect(validate.errors ?? [], type).toEqual([]);
        expect(validate({ ...payload, type: 'some.thing.else.v1' })).toBe(false);
        expect(validate({ ...payload, data: 1 })).toBe(false);
      }
      expect(`${type}.on-bus` in messages, type).toBe(!isIngested);
    }
  });

  test('says who sends and who receives what, and what a rule makes of an event on its way to a queue', () => {
    const document = asyncApi(catalogue, SITES['of npm start']);
    const { operations } = document as { operations: Record<string, { messages: readonly { $ref: string }[] }> };
    const carried = (operation: string) => operations[operation]?.messages.map(({ $ref }) => $ref.split('/').at(-1));
    expect(carried('collector-receives-route-POST-events')).toContain(behaviourEventTypes.pageViewed);
    expect(carried('session-profile-receives-stream-events')).toContain(behaviourEventTypes.pageViewed);
    const purchase = `${behaviourEventTypes.purchaseMade}.on-bus`;
    expect(carried('session-profile-sends-bus-millrace-dev')).toContain(purchase);
    expect(carried('sales-projector-receives-queue-sales-projection')).toEqual([purchase]);
    expect(carried('large-purchases-sends-queue-large-purchases')).toEqual(['rule.large-purchases']);
    const { messages } = document.components as { messages: Record<string, { payload: { required: string[] } }> };
    expect(messages['rule.large-purchases']?.payload.required).toContain('amountMilli');
  });
});

function specification(): SchemaObject {
  return createRequire(import.meta.url)(SPECIFICATION);
}

function newAjv(): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  ajvFormats.default(ajv);
  return ajv;
}

function members(value: unknown): readonly SchemaObject[] {
  return Object.values(isSchemaObject(value) ? value : {}).filter(isSchemaObject);
}

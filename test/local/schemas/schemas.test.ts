import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { HttpResponse, JsonObject } from '../../../local/cloud/service.ts';
import { registerServices } from '../../../local/services/roster.ts';
import { schemasService } from '../../../local/services/schemas/schemas-service.ts';
import { provision } from '../../../local/template/provision.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { router } from '../../../local/wire/router.ts';
import { restartableClouds } from '../../support/restartable-cloud.ts';
import { assemblyOf } from '../template/in-memory-assembly.ts';

const DRAFT4 = JSON.stringify({ $schema: 'http://json-schema.org/draft-04/schema#', type: 'object' });
const SCHEMA = { RegistryName: 'facts', SchemaName: 'shop.order.placed.v1', Type: 'JSONSchemaDraft4', Content: DRAFT4 };

let cloud: Cloud;
let clock: VirtualClock;
const clouds = restartableClouds(target => registerServices(target));
afterAll(() => clouds.remove());

function call(operation: string, input: JsonObject): Promise<JsonObject> {
  return cloud.call({ service: 'schemas', operation, input, principal: OPERATOR });
}

beforeEach(() => {
  clock = new VirtualClock();
  cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(1) });
  cloud.register(schemasService(cloud));
});

describe('the schema registry', () => {
  it('keeps every version of a schema; another content makes another version, the same content none', async () => {
    await call('CreateRegistry', { RegistryName: 'facts', Description: 'ours' });
    const created = await call('CreateSchema', SCHEMA);
    expect(created).toMatchObject({
      SchemaArn: 'arn:aws:schemas:eu-west-1:000000000000:schema/facts/shop.order.placed.v1',
      SchemaVersion: '1',
    });
    const wider = JSON.stringify({ type: 'object', properties: {} });
    await clock.advance(1000);
    expect(await call('UpdateSchema', { ...SCHEMA, Content: wider })).toMatchObject({ SchemaVersion: '2' });
    expect(await call('UpdateSchema', { ...SCHEMA, Content: wider })).toMatchObject({ SchemaVersion: '2' });
    expect(await call('DescribeSchema', SCHEMA)).toMatchObject({ Content: wider, SchemaVersion: '2' });
    expect(await call('DescribeSchema', { ...SCHEMA, SchemaVersion: '1' })).toMatchObject({ Content: DRAFT4 });
    expect(await call('ListSchemas', SCHEMA)).toMatchObject({ Schemas: [{ VersionCount: 2 }] });
    const { SchemaVersions } = await call('ListSchemaVersions', SCHEMA);
    expect(SchemaVersions).toMatchObject([{ SchemaVersion: '1' }, { SchemaVersion: '2' }]);
  });

  it.each<[string, string, JsonObject, string]>([
    ['a registry that is there', 'CreateRegistry', { RegistryName: 'facts' }, 'ConflictException'],
    ['a name that AWS keeps to itself', 'CreateRegistry', { RegistryName: 'aws.mine' }, 'BadRequestException'],
    ['a registry with schemas in it', 'DeleteRegistry', { RegistryName: 'facts' }, 'BadRequestException'],
    ['a schema that is there', 'CreateSchema', SCHEMA, 'ConflictException'],
    ['a schema in no registry', 'CreateSchema', { ...SCHEMA, RegistryName: 'none' }, 'NotFoundException'],
    ['a type that there is not', 'CreateSchema', { ...SCHEMA, SchemaName: 'b', Type: 'Avro' }, 'BadRequestException'],
    ['what is not JSON', 'CreateSchema', { ...SCHEMA, SchemaName: 'b', Content: '{' }, 'BadRequestException'],
    [
      'a schema of a later draft',
      'CreateSchema',
      { ...SCHEMA, SchemaName: 'b', Content: '{"$schema":"https://json-schema.org/draft/2020-12/schema"}' },
      'BadRequestException',
    ],
    [
      '100,001 characters',
      'CreateSchema',
      { ...SCHEMA, SchemaName: 'b', Content: `{"a":"${'x'.repeat(99_993)}"}` },
      'BadRequestException',
    ],
    ['a version that there is not', 'DescribeSchema', { ...SCHEMA, SchemaVersion: '7' }, 'NotFoundException'],
  ])('refuses %s', async (_, operation, input, code) => {
    await call('CreateRegistry', { RegistryName: 'facts' });
    await call('CreateSchema', SCHEMA);
    await expect(call(operation, input)).rejects.toMatchObject({ code });
  });

  it('speaks the REST protocol of the service', async () => {
    const route = router(cloud, { principalOf: () => undefined });
    const send = (method: string, target: string, body?: object): Promise<HttpResponse> => {
      const [path = '', query] = target.split('?');
      const authorization = 'AWS4-HMAC-SHA256 Credential=key/20260101/eu-west-1/schemas/aws4_request';
      const text = body ? JSON.stringify(body) : '';
      return route({
        method,
        path,
        query: new URLSearchParams(query),
        headers: { authorization },
        body: Buffer.from(text),
      });
    };
    const { Type, Content } = SCHEMA;
    const at = '/v1/registries/name/facts/schemas/name/shop.order.placed.v1';
    expect((await send('POST', '/v1/registries/name/facts', { Description: 'ours' })).status).toBe(201);
    expect((await send('POST', at, { Type, Content })).status).toBe(201);
    const described = await send('GET', `${at}?schemaVersion=1`);
    expect(JSON.parse(String(described.body))).toMatchObject({ Content, SchemaName: 'shop.order.placed.v1' });
    const missing = await send('GET', `${at}x`);
    expect([missing.status, missing.headers['x-amzn-errortype']]).toEqual([404, 'NotFoundException']);
    expect((await send('DELETE', at)).status).toBe(204);
  });
});

describe('AWS::EventSchemas', () => {
  const template = (content: string, description: string) => ({
    Resources: {
      Registry: {
        Type: 'AWS::EventSchemas::Registry',
        Properties: { RegistryName: 'facts', Description: description },
      },
      Placed: {
        Type: 'AWS::EventSchemas::Schema',
        Properties: {
          RegistryName: { 'Fn::GetAtt': ['Registry', 'RegistryName'] },
          SchemaName: 'placed',
          Type: 'JSONSchemaDraft4',
          Content: content,
        },
      },
    },
    Outputs: { Version: { Value: { 'Fn::GetAtt': ['Placed', 'SchemaVersion'] } }, Arn: { Value: { Ref: 'Placed' } } },
  });

  it('is made, gets another version when the content changes, keeps it over a restart, and goes with the template', async () => {
    let running = await clouds.start();
    const apply = async (wanted: object) => {
      running = await running.restarted();
      return (await provision(running.cloud, assemblyOf({ app: wanted }))).stacks[0]?.outputs;
    };
    const Arn = 'arn:aws:schemas:eu-west-1:000000000000:schema/facts/placed';
    expect(await apply(template('{"type":"object"}', 'one'))).toEqual({ Version: '1', Arn });
    expect(await apply(template('{"type":"object"}', 'two'))).toEqual({ Version: '1', Arn });
    expect(await apply(template('{"type":"array"}', 'two'))).toEqual({ Version: '2', Arn });
    expect(await running.call('schemas', 'DescribeRegistry', { RegistryName: 'facts' })).toMatchObject({
      Description: 'two',
    });
    await apply({ Resources: {} });
    expect(await running.call('schemas', 'ListRegistries', {})).toEqual({ Registries: [] });
  });
});

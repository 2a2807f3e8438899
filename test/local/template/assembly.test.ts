// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { loadAssembly } from '../../../local/template/assembly.ts';
import { fillPlaceholders } from '../../../local/template/environment.ts';

let directory = '';

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(files: Record<string, unknown>): string {
  directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), JSON.stringify(content));
  }
  return directory;
}

const stack = (templateFile: string, dependencies: string[] = [], properties: object = {}) => ({
  type: 'aws:cloudformation:stack',
  properties: { templateFile, ...properties },
  dependencies,
});
const template = { Resources: { A: { Type: 'X', Metadata: { 'aws:cdk:path': 'path/of/A' } }, B: { Type: 'X' } } };

test('loadAssembly orders stacks by their dependencies, those of nested assemblies in their place', () => {
  const assembly = loadAssembly(
    write({
      'manifest.json': {
        version: '55.0.0',
        artifacts: {
          Last: stack('t.json', ['assembly-Stage']),
          'assembly-Stage': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Stage' } },
          Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
        },
      },
      't.json': template,
      'assembly-Stage/manifest.json': {
        artifacts: {
          Two: stack('t.json', ['One']),
          One: stack('t.json', ['One.assets'], { stackName: 'Stage-One' }),
          'One.assets': { type: 'cdk:asset-manifest', properties: { file: 'a.json' } },
        },
      },
      'assembly-Stage/t.json': template,
      'assembly-Stage/a.json': {
        files: {
          f: {
            source: { path: '../asset.1', packaging: 'zip' },
            destinations: { d: { bucketName: 'b-${AWS::AccountId}-${AWS::Region}', objectKey: 'k.zip' } },
          },
        },
      },
    }),
  );
  expect(assembly.stacks.map(({ name }) => name)).toEqual(['Stage-One', 'Two', 'Last']);
  expect(assembly.assets).toEqual([
    { bucket: 'b-${AWS::AccountId}-${AWS::Region}', key: 'k.zip', path: join(directory, 'asset.1') },
  ]);
  const environment = { accountId: '000000000000', region: 'eu-west-1' };
  expect(fillPlaceholders('b-${AWS::AccountId}-${AWS::Region}', environment)).toBe('b-000000000000-eu-west-1');
});

test('loadAssembly knows construct paths from the template and from the metadata beside it', () => {
  const { stacks } = loadAssembly(
    write({
      'manifest.json': { artifacts: { S: { ...stack('t.json'), additionalMetadataFile: 'm.json' } } },
      't.json': template,
      'm.json': { '/S/B/Resource': [{ type: 'aws:cdk:logicalId', data: 'B' }] },
    }),
  );
  expect([...(stacks[0]?.constructPaths ?? [])].sort()).toEqual([
    ['A', 'path/of/A'],
    ['B', 'S/B/Resource'],
  ]);
});

test('loadAssembly says what is missing or broken', () => {
  expect(() => loadAssembly('/nowhere')).toThrow("'/nowhere' has no manifest.json; run cdk synth first");
  const broken = write({ 'manifest.json': { artifacts: { S: stack('t.json') } }, 't.json': { NoResources: 1 } });
  expect(() => loadAssembly(broken)).toThrow("Cannot load stack 'S' from t.json");
});

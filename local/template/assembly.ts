/** Reads what `cdk synth` wrote: a folder with a manifest, templates and assets, with the same again for each stage. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { dependencyOrder } from './dependency-order.ts';
import { parseTemplate, type Template } from './template.ts';

/** A file or folder that the template knows as an S3 object. Bucket and key may hold `${AWS::AccountId}` and the like. */
export interface FileAsset {
  readonly bucket: string;
  readonly key: string;
  /** Absolute; a folder where the object would be a zip of it. */
  readonly path: string;
}

export interface AssemblyStack {
  readonly name: string;
  readonly template: Template;
  /** Values for the template's parameters that the app gave. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Construct paths by logical id. */
  readonly constructPaths: ReadonlyMap<string, string>;
}

export interface Assembly {
  readonly directory: string;
  /** In the order in which they have to be made. */
  readonly stacks: readonly AssemblyStack[];
  readonly assets: readonly FileAsset[];
}

const METADATA = z.record(z.string(), z.array(z.object({ type: z.string(), data: z.unknown().optional() })));

const ARTIFACT = z.object({
  type: z.string(),
  properties: z.record(z.string(), z.unknown()).default({}),
  dependencies: z.array(z.string()).default([]),
  metadata: METADATA.optional(),
  additionalMetadataFile: z.string().optional(),
});
type Artifact = z.infer<typeof ARTIFACT>;

const MANIFEST = z.object({ artifacts: z.record(z.string(), ARTIFACT).default({}) });
const STACK_PROPERTIES = z.object({
  templateFile: z.string(),
  stackName: z.string().optional(),
  parameters: z.record(z.string(), z.string()).default({}),
});
const FILE_ASSETS = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ bucketName: z.string(), objectKey: z.string() })),
      }),
    )
    .default({}),
});

/** @throws when the folder holds no manifest, or one that cannot be read */
export function loadAssembly(directory: string): Assembly {
  const manifestFile = join(directory, 'manifest.json');
  if (!existsSync(manifestFile)) {
    throw new Error(`Cannot load cloud assembly: '${directory}' has no manifest.json; run cdk synth first`);
  }
  const { artifacts } = MANIFEST.parse(readJson(manifestFile));
  const stacks: AssemblyStack[] = [];
  const assets: FileAsset[] = [];
  const dependencies = new Map(Object.entries(artifacts).map(([id, artifact]) => [id, artifact.dependencies]));

  for (const id of dependencyOrder(dependencies)) {
    const artifact = artifacts[id];
    if (artifact?.type === 'aws:cloudformation:stack') stacks.push(loadStack(directory, id, artifact));
    if (artifact?.type === 'cdk:asset-manifest') assets.push(...loadAssets(directory, artifact));
    if (artifact?.type === 'cdk:cloud-assembly') {
      const nested = loadAssembly(join(directory, z.string().parse(artifact.properties.directoryName)));
      stacks.push(...nested.stacks);
      assets.push(...nested.assets);
    }
  }
  return { directory, stacks, assets };
}

function loadStack(directory: string, id: string, artifact: Artifact): AssemblyStack {
  const properties = STACK_PROPERTIES.parse(artifact.properties);
  const name = properties.stackName ?? id;
  try {
    const template = parseTemplate(readJson(join(directory, properties.templateFile)));
    return {
      name,
      template,
      parameters: properties.parameters,
      constructPaths: constructPaths(directory, artifact, template),
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot load stack '${name}' from ${properties.templateFile}: ${reason}`, { cause });
  }
}

function loadAssets(directory: string, artifact: Artifact): FileAsset[] {
  const { files } = FILE_ASSETS.parse(readJson(join(directory, z.string().parse(artifact.properties.file))));
  return Object.values(files).flatMap(({ source, destinations }) => {
    const { path } = source;
    if (path === undefined) return []; // made by an external program at deployment: nothing to find here
    return Object.values(destinations).map(({ bucketName, objectKey }) => ({
      bucket: bucketName,
      key: objectKey,
      path: resolve(directory, path),
    }));
  });
}

/** From the template's own metadata where `cdk synth` put it, from the metadata beside the template otherwise. */
function constructPaths(directory: string, artifact: Artifact, template: Template): Map<string, string> {
  const paths = new Map<string, string>();
  const file = artifact.additionalMetadataFile;
  const beside = file === undefined ? {} : METADATA.parse(readJson(join(directory, file)));
  for (const [path, entries] of Object.entries({ ...artifact.metadata, ...beside })) {
    for (const { type, data } of entries) {
      if (type === 'aws:cdk:logicalId' && typeof data === 'string') paths.set(data, path.replace(/^\//, ''));
    }
  }
  for (const [logicalId, { Metadata }] of Object.entries(template.resources)) {
    const path = Metadata?.['aws:cdk:path'];
    if (typeof path === 'string') paths.set(logicalId, path);
  }
  return paths;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

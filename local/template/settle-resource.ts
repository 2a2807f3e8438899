/**
 * One resource of a template: taken over from an earlier process, changed, or made.
 *
 * 1. A resource whose properties and assets are the same is not touched.
 * 2. What keeps data is changed in place or not at all: nothing is lost because a template was edited.
 */
import type { Cloud } from '../cloud/cloud.ts';
import type { CreatedResource, ResourceContext, ResourceType } from '../resources/resource-type.ts';
import type { Assembly } from './assembly.ts';
import { fillPlaceholders, generatedName } from './environment.ts';
import { changedProperties, type NamedRecord, type StackRecords, type UsedAsset } from './stack-records.ts';

const LONGEST_NAME = 255;

export interface WantedResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: ResourceType<unknown>;
  /** The properties with every reference replaced, and as the type has read them. */
  readonly resolved: unknown;
  readonly properties: unknown;
}

export interface Settling {
  readonly cloud: Cloud;
  readonly assembly: Assembly;
  readonly records: StackRecords;
  /** Counts what was there already. */
  readonly earlier: { taken: number; readonly changed: string[] };
}

/** @throws when the resource cannot be made, or not be changed in place */
export async function settleResource(wanted: WantedResource, settling: Settling): Promise<CreatedResource> {
  const { stackName, logicalId, type, resolved, properties } = wanted;
  const { records, earlier } = settling;
  const assets: UsedAsset[] = [];
  const context = resourceContext(wanted, { ...settling, onAsset: asset => assets.push(asset) });
  const before = records.get(stackName, logicalId);
  const differences = before ? differencesFrom(before, wanted, settling) : [];
  if (before && differences.length === 0) {
    earlier.taken++;
    return before.created;
  }
  const created = before
    ? await change({ before, wanted, context, differences })
    : await type.create(properties, context);
  if (before) earlier.changed.push(`${stackName}/${logicalId}`);
  const { endpoint } = settling.cloud;
  records.set({ stackName, logicalId, endpoint, type: type.type, properties: resolved, assets, created });
  return created;
}

function differencesFrom(before: NamedRecord, { type, resolved }: WantedResource, settling: Settling): string[] {
  if (before.type !== type.type) return ['Type'];
  const moved = before.assets.some(({ path, ...location }) => assetPath(settling, location) !== path);
  return [...changedProperties(before.properties, resolved), ...(moved ? ['(assets)'] : [])];
}

async function change(options: {
  readonly before: NamedRecord;
  readonly wanted: WantedResource;
  readonly context: ResourceContext;
  readonly differences: readonly string[];
}): Promise<CreatedResource> {
  const { before, context, differences } = options;
  const { type, properties } = options.wanted;
  if (before.type !== type.type) {
    throw new Error(`it was ${before.type} when the data was written: give the ${type.type} another logical id`);
  }
  if (type.change === 'put') return type.create(properties, context);
  if (type.change) return type.change(properties, context, existingResource(before, type));
  if (type.remove) {
    await type.remove(existingResource(before, type), context);
    return type.create(properties, context);
  }
  throw new Error(
    `${differences.join(', ')} changed since the data was written, and ${type.type} cannot be changed in place: ` +
      'bring back what it was, or start with another data folder',
  );
}

/** Takes away what the template no longer has. @returns whether the type can be removed */
export async function removeResource(
  record: NamedRecord,
  type: ResourceType<unknown> | undefined,
  settling: Settling,
): Promise<boolean> {
  if (!type?.remove) return false;
  await type.remove(existingResource(record, type), resourceContext(record, settling));
  settling.records.delete(record);
  return true;
}

function existingResource({ created, properties }: NamedRecord, type: ResourceType<unknown>) {
  return { created, properties: type.properties.parse(properties) };
}

function resourceContext(
  { stackName, logicalId }: { readonly stackName: string; readonly logicalId: string },
  options: {
    readonly cloud: Cloud;
    readonly assembly: Assembly;
    readonly onAsset?: (asset: UsedAsset) => void;
  },
): ResourceContext {
  return {
    cloud: options.cloud,
    stackName,
    logicalId,
    physicalName: (maxLength = LONGEST_NAME) => generatedName(stackName, logicalId, maxLength),
    assetPath: location => {
      const path = assetPath(options, location);
      if (path === undefined) {
        const { bucket, key } = location;
        throw new Error(`Cannot find asset: the cloud assembly has no file asset at s3://${bucket}/${key}`);
      }
      options.onAsset?.({ bucket: location.bucket, key: location.key, path });
      return path;
    },
  };
}

/** The folder or file of a file asset, by the S3 location that the template gives. */
function assetPath(
  { cloud, assembly }: { readonly cloud: Cloud; readonly assembly: Assembly },
  { bucket, key }: { readonly bucket: string; readonly key: string },
): string | undefined {
  return assembly.assets.find(
    asset => fillPlaceholders(asset.bucket, cloud) === bucket && fillPlaceholders(asset.key, cloud) === key,
  )?.path;
}

import type { z } from 'zod';
import type { Cloud } from '../cloud/cloud.ts';

/** Where a resource is being made. */
export interface ResourceContext {
  readonly cloud: Cloud;
  readonly stackName: string;
  readonly logicalId: string;
  /** A name as CloudFormation would generate it, but the same at every start: `<stack>-<logicalId>-<hash>`, cut to `maxLength`. */
  physicalName(maxLength?: number): string;
  /** The folder or file of a CDK file asset, by the S3 location that the template gives. @throws when there is no such asset */
  assetPath(location: { readonly bucket: string; readonly key: string }): string;
}

/** What `Ref` and `Fn::GetAtt` answer for a resource. */
export interface CreatedResource {
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/**
 * How one CloudFormation resource type becomes calls to the embedded cloud.
 *
 * `properties` is strict: a property that it does not name stops the start, with logical id and path. A property that is
 * accepted but changes nothing here (encryption at rest, say) is named in `inert`, and so in docs/supported-aws.md.
 */
export interface ResourceType<Properties> {
  /** For example `AWS::Kinesis::Stream`. */
  readonly type: string;
  readonly properties: z.ZodType<Properties>;
  /** Dotted property paths. */
  readonly inert?: readonly string[];
  create(properties: Properties, context: ResourceContext): CreatedResource | Promise<CreatedResource>;
  /**
   * How a resource that an earlier process left takes other properties: `put` when creating it again does that.
   * @default it is removed and made again if it can be removed, which says that it holds no data; else the start is refused
   */
  readonly change?: 'put' | Change<Properties>;
  /** Takes away a resource that an earlier process left and the template no longer has. @default it stays */
  readonly remove?: (existing: ExistingResource<Properties>, context: ResourceContext) => unknown;
}

/** A resource as an earlier process left it. */
export interface ExistingResource<Properties> {
  readonly created: CreatedResource;
  readonly properties: Properties;
}

type Change<Properties> = (
  properties: Properties,
  context: ResourceContext,
  existing: ExistingResource<Properties>,
) => CreatedResource | Promise<CreatedResource>;

/** Keeps the property type while the registry holds resource types of every kind. */
export function resourceType<Properties>(definition: ResourceType<Properties>): ResourceType<unknown> {
  return definition as ResourceType<unknown>; // sound: `create` is only ever called with what `properties` parsed
}

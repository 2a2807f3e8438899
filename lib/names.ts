import { Aws } from 'aws-cdk-lib';
import type { MillraceConfig } from './config.ts';

type Stage = Pick<MillraceConfig, 'stage'>;

/**
 * The physical name of a resource: `millrace-<stage>-<name>`.
 *
 * Names are fixed, and not left to CloudFormation, because stacks, people and the console find each other's resources by
 * them. The price: a change that replaces a named resource has to rename it too.
 */
export function resourceName(config: Stage, name: string): string {
  return `millrace-${config.stage}-${name}`;
}

/** Bucket names are unique over all accounts of AWS, so account and region belong to them. */
export function bucketName(config: Stage, name: string): string {
  return `${resourceName(config, name)}-${Aws.ACCOUNT_ID}-${Aws.REGION}`;
}

/** Where a stack publishes what has no fixed name (an API's id). */
export function parameterName(config: Stage, name: string): string {
  return `/millrace/${config.stage}/${name}`;
}

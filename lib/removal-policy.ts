import { RemovalPolicy } from 'aws-cdk-lib';
import type { MillraceConfig } from './config.ts';

/** What becomes of data, and of whatever else is found by a fixed name, when its stack goes. */
export function removalPolicy({ retainData }: Pick<MillraceConfig, 'retainData'>): RemovalPolicy {
  return retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}

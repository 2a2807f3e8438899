import { Duration, Stack } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';
import { bucketName } from '../names.ts';
import { removalPolicy } from '../removal-policy.ts';
import type { HandlerFunction } from './handler-function.ts';
import { readableArn } from './readable-arn.ts';

export interface AuditedBucketProps {
  readonly config: MillraceConfig;
  readonly name: string;
  readonly expireAfterDays: number;
}

/**
 * A bucket for event payloads, which may hold personal data: encrypted, private, over TLS only, every access logged to a
 * bucket beside it, objects expire by themselves. The log bucket has no fixed name: nobody looks for it, and with stage,
 * account and region there would be no room for one in the 63 characters that S3 allows.
 */
export class AuditedBucket extends Bucket {
  constructor(scope: Construct, id: string, { config, name, expireAfterDays }: AuditedBucketProps) {
    const base = {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy: removalPolicy(config),
    };
    const accessLogs = new Bucket(scope, `${id}AccessLogs`, {
      ...base,
      lifecycleRules: [{ id: 'expire', expiration: Duration.days(90) }],
    });
    super(scope, id, {
      ...base,
      bucketName: bucketName(config, name),
      lifecycleRules: [
        {
          id: 'expire',
          expiration: Duration.days(expireAfterDays),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      serverAccessLogsBucket: accessLogs as IBucket, // the library is typed without exactOptionalPropertyTypes
    });
  }
}

export interface ObjectsGrant {
  readonly bucket: Pick<IBucket, 'arnForObjects'>;
  /** Keys begin with it. */
  readonly prefix: string;
  /** Why the keys cannot be named one by one. */
  readonly reason: string;
}

/** Lets a function put objects under a prefix, and nothing else: neither read, list nor delete. */
export function grantPutObjects(grantee: HandlerFunction, grant: ObjectsGrant): void {
  grantObjects(grantee, 's3:PutObject', grant);
}

/** Lets a function read objects under a prefix whose keys it knows: it cannot list them. */
export function grantGetObjects(grantee: HandlerFunction, grant: ObjectsGrant): void {
  grantObjects(grantee, 's3:GetObject', grant);
}

function grantObjects(grantee: HandlerFunction, action: string, { bucket, prefix, reason }: ObjectsGrant): void {
  const keys = bucket.arnForObjects(`${prefix}*`);
  Grant.addToPrincipal({ grantee, actions: [action], resourceArns: [keys] });
  grantee.acknowledgeGrant(`AwsSolutions-IAM5[Resource::${readableArn(Stack.of(grantee).resolve(keys))}]`, reason);
}

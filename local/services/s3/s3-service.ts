/** S3: buckets and objects. */
import type { Cloud } from '../../cloud/cloud.ts';
import type { Service } from '../../cloud/service.ts';
import { BucketStore } from './bucket-store.ts';
import * as buckets from './operations/buckets.ts';
import { copyObject } from './operations/copy-object.ts';
import { deleteObject, deleteObjects } from './operations/delete-object.ts';
import { getObject, headObject } from './operations/get-object.ts';
import { listObjects, listObjectsV2, listObjectVersions } from './operations/list-objects.ts';
import * as multipart from './operations/multipart.ts';
import { putObject } from './operations/put-object.ts';
import { permissions } from './permissions.ts';
import { keepS3 } from './s3-journal.ts';
import { s3Wire } from './wire/s3-wire.ts';

export function s3Service(cloud: Cloud): Service {
  const store = new BucketStore(cloud.journal.durable);
  keepS3(cloud, store);
  return {
    name: 's3',
    wire: s3Wire(cloud),
    operations: {
      AbortMultipartUpload: input => multipart.abortMultipartUpload(store, input),
      CompleteMultipartUpload: (input, call) => multipart.completeMultipartUpload(cloud, store, input, call),
      CopyObject: (input, call) => copyObject(cloud, store, input, call),
      CreateBucket: input => buckets.createBucket(cloud, store, input),
      CreateMultipartUpload: input => multipart.createMultipartUpload(cloud, store, input),
      DeleteBucket: input => buckets.deleteBucket(store, input),
      DeleteBucketPolicy: input => buckets.deleteBucketPolicy(store, input),
      DeleteObject: (input, call) => deleteObject(cloud, store, input, call),
      DeleteObjects: (input, call) => deleteObjects(cloud, store, input, call),
      GetBucketLocation: input => buckets.getBucketLocation(cloud, store, input),
      GetBucketNotificationConfiguration: input => buckets.getBucketNotificationConfiguration(store, input),
      GetBucketPolicy: input => buckets.getBucketPolicy(store, input),
      GetBucketVersioning: input => buckets.getBucketVersioning(store, input),
      GetObject: input => getObject(store, input),
      HeadBucket: input => buckets.headBucket(cloud, store, input),
      HeadObject: input => headObject(store, input),
      ListBuckets: () => buckets.listBuckets(cloud, store),
      ListMultipartUploads: input => multipart.listMultipartUploads(store, input),
      ListObjects: input => listObjects(store, input),
      ListObjectsV2: input => listObjectsV2(store, input),
      ListObjectVersions: input => listObjectVersions(store, input),
      ListParts: input => multipart.listParts(store, input),
      PutBucketNotificationConfiguration: input => buckets.putBucketNotificationConfiguration(store, input),
      PutBucketPolicy: input => buckets.putBucketPolicy(store, input),
      PutBucketVersioning: input => buckets.putBucketVersioning(store, input),
      PutObject: (input, call) => putObject(cloud, store, input, call),
      UploadPart: input => multipart.uploadPart(cloud, store, input),
    },
    permissions,
    resourcePolicy: arn => {
      const [name = ''] = arn.replace('arn:aws:s3:::', '').split('/');
      const policy = store.find(name)?.policy;
      return policy === undefined ? undefined : JSON.parse(policy);
    },
  };
}

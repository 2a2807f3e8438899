import type { JsonObject } from '../../cloud/service.ts';
import type { Bucket } from './bucket.ts';
import { badRequest, s3Error } from './s3-error.ts';

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const LONGEST_KEY_BYTES = 1024;

/** All buckets, by name. */
export class BucketStore {
  readonly #buckets = new Map<string, Bucket>();

  get all(): Bucket[] {
    return [...this.#buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  create(name: string, nowMs: number): Bucket {
    if (!BUCKET_NAME.test(name) || name.includes('..')) throw s3Error('InvalidBucketName', { BucketName: name });
    if (this.#buckets.has(name)) throw s3Error('BucketAlreadyOwnedByYou', { BucketName: name });
    const bucket: Bucket = {
      name,
      createdMs: nowMs,
      objects: new Map(),
      uploads: new Map(),
      versioning: undefined,
      policy: undefined,
      notifiesEventBridge: false,
    };
    this.#buckets.set(name, bucket);
    return bucket;
  }

  delete(bucket: Bucket): void {
    if (bucket.objects.size > 0) throw s3Error('BucketNotEmpty', { BucketName: bucket.name });
    this.#buckets.delete(bucket.name);
  }

  /** The bucket that the request names. */
  of(input: JsonObject): Bucket {
    const name = String(input.Bucket ?? '');
    const bucket = this.#buckets.get(name);
    if (!bucket) throw s3Error('NoSuchBucket', { BucketName: name });
    return bucket;
  }
}

/** The key that the request names. */
export function keyOf(input: JsonObject): string {
  const key = input.Key;
  if (typeof key !== 'string' || key === '') throw badRequest('InvalidRequest', 'A key must be specified');
  if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) {
    throw s3Error('KeyTooLongError', { Size: Buffer.byteLength(key), MaxSizeAllowed: LONGEST_KEY_BYTES });
  }
  return key;
}

import type { JsonObject } from '../../cloud/service.ts';
import { BlobStore } from './blob-store.ts';
import type {
  Bucket,
  MultipartUpload,
  NotificationUnderWay,
  StoredObject,
  UnstoredObject,
  UploadedPart,
} from './bucket.ts';
import { type S3Changes, unkept } from './s3-changes.ts';
import { badRequest, s3Error } from './s3-error.ts';

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const LONGEST_KEY_BYTES = 1024;

/** All buckets, by name, and what is in them: whatever changes is changed here. */
export class BucketStore {
  readonly blobs: BlobStore;
  readonly #buckets = new Map<string, Bucket>();
  /** By id. */
  readonly notifications = new Map<string, NotificationUnderWay>();
  #lastOrder = 0;
  #lastNotification = 0;
  /** Told of every change of a record. */
  changes: S3Changes = unkept;

  constructor(isDurable = false) {
    this.blobs = new BlobStore(isDurable);
  }

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
    this.restore(bucket);
    this.changes.bucket(name);
    return bucket;
  }

  /** Takes back a bucket of an earlier process. */
  restore(bucket: Bucket): void {
    this.#buckets.set(bucket.name, bucket);
  }

  delete(bucket: Bucket): void {
    if (bucket.objects.size > 0) throw s3Error('BucketNotEmpty', { BucketName: bucket.name });
    for (const upload of bucket.uploads.values()) this.removeUpload(bucket, upload);
    this.#buckets.delete(bucket.name);
    this.changes.bucket(bucket.name);
  }

  change(bucket: Bucket, settings: Partial<Pick<Bucket, 'versioning' | 'policy' | 'notifiesEventBridge'>>): void {
    Object.assign(bucket, settings);
    this.changes.bucket(bucket.name);
  }

  /** Makes `object` the newest version of its key, in the place of the one with its version id. */
  putVersion(bucket: Bucket, object: UnstoredObject): void {
    const versions = bucket.objects.get(object.key) ?? [];
    this.blobs.hold(object.blobs);
    for (const { versionId, blobs } of versions) if (versionId === object.versionId) this.blobs.release(blobs);
    this.restoreVersion(bucket, { ...object, order: this.#lastOrder + 1 });
    this.changes.version(bucket.name, object.key, object.versionId);
  }

  /** Takes back a version of an earlier process. Its order says where it stands among those of its key. */
  restoreVersion(bucket: Bucket, object: StoredObject): void {
    const others = (bucket.objects.get(object.key) ?? []).filter(({ versionId }) => versionId !== object.versionId);
    const younger = others.findIndex(({ order }) => order > object.order);
    bucket.objects.set(object.key, others.toSpliced(younger < 0 ? others.length : younger, 0, object));
    this.#lastOrder = Math.max(this.#lastOrder, object.order);
  }

  removeVersion(bucket: Bucket, object: StoredObject): void {
    const kept = (bucket.objects.get(object.key) ?? []).filter(version => version !== object);
    if (kept.length === 0) bucket.objects.delete(object.key);
    else bucket.objects.set(object.key, kept);
    this.blobs.release(object.blobs);
    this.changes.version(bucket.name, object.key, object.versionId);
  }

  addUpload(bucket: Bucket, upload: MultipartUpload): void {
    bucket.uploads.set(upload.id, upload);
    this.changes.upload(bucket.name, upload.id);
  }

  putPart(bucket: Bucket, upload: MultipartUpload, { number, ...part }: UploadedPart & { number: number }): void {
    this.blobs.hold(part.blobs);
    this.blobs.release(upload.parts.get(number)?.blobs ?? []);
    upload.parts.set(number, part);
    this.changes.part(bucket.name, upload.id, number);
  }

  removeUpload(bucket: Bucket, upload: MultipartUpload): void {
    bucket.uploads.delete(upload.id);
    this.changes.upload(bucket.name, upload.id);
    for (const [number, { blobs }] of upload.parts) {
      this.blobs.release(blobs);
      this.changes.part(bucket.name, upload.id, number);
    }
  }

  addNotification(news: Omit<NotificationUnderWay, 'id'>): NotificationUnderWay {
    const underWay = { id: String(this.#lastNotification + 1), ...news };
    this.restoreNotification(underWay);
    this.changes.notification(underWay.id);
    return underWay;
  }

  /** Takes back one of an earlier process. */
  restoreNotification(underWay: NotificationUnderWay): void {
    this.notifications.set(underWay.id, underWay);
    this.#lastNotification = Math.max(this.#lastNotification, Number(underWay.id));
  }

  removeNotification({ id }: NotificationUnderWay): void {
    this.notifications.delete(id);
    this.changes.notification(id);
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

import type { JsonObject } from '../../cloud/service.ts';
import type { Blob } from './blob-store.ts';

/** What is kept of a bucket, as plain data; operations change it. */
export interface StoredObject {
  readonly key: string;
  /** `null` for an object that was put while the bucket kept no versions. */
  readonly versionId: string;
  readonly body: Buffer;
  /** What `body` consists of in the journal; none for a small one. */
  readonly blobs: readonly Blob[];
  /** Quoted, as on the wire. */
  readonly etag: string;
  readonly modifiedMs: number;
  /** `ContentType`, `CacheControl` and the like, by the names of the API. */
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** `ChecksumCRC32` and the like. */
  readonly checksums: Readonly<Record<string, string>>;
  readonly isDeleteMarker: boolean;
  /** Younger versions have greater ones. */
  readonly order: number;
}

/** An object that is not in a bucket yet. */
export type UnstoredObject = Omit<StoredObject, 'order'>;

export interface UploadedPart {
  readonly body: Buffer;
  /** What `body` consists of in the journal. */
  readonly blobs: readonly Blob[];
  readonly etag: string;
  readonly modifiedMs: number;
}

export interface MultipartUpload {
  readonly id: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly startedMs: number;
  readonly parts: Map<number, UploadedPart>;
}

export interface Bucket {
  readonly name: string;
  readonly createdMs: number;
  /** Versions by key, oldest first; a bucket without versioning has one at most. */
  readonly objects: Map<string, StoredObject[]>;
  readonly uploads: Map<string, MultipartUpload>;
  versioning: 'Enabled' | 'Suspended' | undefined;
  policy: string | undefined;
  /** Whether objects' comings and goings become events on the default bus. */
  notifiesEventBridge: boolean;
}

/** An event that is on its way to the default bus. */
export interface NotificationUnderWay {
  readonly id: string;
  readonly bucketName: string;
  readonly key: string;
  /** Of `PutEvents`. */
  readonly entry: JsonObject;
}

/** The newest version, if it is not a delete marker. */
export function currentObject(bucket: Bucket, key: string): StoredObject | undefined {
  const newest = bucket.objects.get(key)?.at(-1);
  return newest?.isDeleteMarker ? undefined : newest;
}

export function bucketArn(name: string): string {
  return `arn:aws:s3:::${name}`;
}

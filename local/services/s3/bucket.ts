/** What is kept of a bucket, as plain data; operations change it. */
export interface StoredObject {
  readonly key: string;
  /** `null` for an object that was put while the bucket kept no versions. */
  readonly versionId: string;
  readonly body: Buffer;
  /** Quoted, as on the wire. */
  readonly etag: string;
  readonly modifiedMs: number;
  /** `ContentType`, `CacheControl` and the like, by the names of the API. */
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** `ChecksumCRC32` and the like. */
  readonly checksums: Readonly<Record<string, string>>;
  readonly isDeleteMarker: boolean;
}

export interface UploadedPart {
  readonly body: Buffer;
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

/** The newest version, if it is not a delete marker. */
export function currentObject(bucket: Bucket, key: string): StoredObject | undefined {
  const newest = bucket.objects.get(key)?.at(-1);
  return newest?.isDeleteMarker ? undefined : newest;
}

export function bucketArn(name: string): string {
  return `arn:aws:s3:::${name}`;
}

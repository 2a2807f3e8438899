/**
 * What of S3 outlives the process: buckets, versions of objects one by one, multipart uploads with their parts, and
 * notifications until the event bus has them. Small bodies stand in the record of their object; the pieces of large ones in records of their own.
 */
import type { Cloud } from '../../cloud/cloud.ts';
import type { Bucket, MultipartUpload, NotificationUnderWay, StoredObject, UploadedPart } from './bucket.ts';
import type { BucketStore } from './bucket-store.ts';
import { resumeNotifications } from './notifications.ts';

type StoredBucket = Omit<Bucket, 'name' | 'objects' | 'uploads' | 'versioning' | 'policy'> &
  Partial<Pick<Bucket, 'versioning' | 'policy'>>;

/** A body in base64, or the ids of its pieces. */
type StoredBody = string | readonly string[];

type WithBody<Value> = Omit<Value, 'body' | 'blobs'> & { readonly body: StoredBody };

/** Connects the store to the journal: what an earlier process left is in it afterwards. */
export function keepS3(cloud: Cloud, store: BucketStore): void {
  const { journal } = cloud;
  if (!journal.durable) return;
  store.blobs.changed = journal.keep<string>({
    name: 's3/blobs',
    keys: () => store.blobs.ids,
    read: id => store.blobs.find(id)?.bytes.toString('base64'),
    restore: (id, bytes) => store.blobs.restore(id, Buffer.from(bytes, 'base64')),
  });
  const bucket = keepBuckets(cloud, store);
  const version = keepVersions(cloud, store);
  const upload = keepUploads(cloud, store);
  const part = keepParts(cloud, store);
  const notification = journal.keep<NotificationUnderWay>({
    name: 's3/notifications',
    keys: () => store.notifications.keys(),
    read: id => store.notifications.get(id),
    restore: (_, underWay) => store.restoreNotification(underWay),
  });
  store.changes = {
    bucket,
    version: (bucketName, key, versionId) => version(`${bucketName}/${versionId}/${key}`),
    upload: (bucketName, uploadId) => upload(`${bucketName}/${uploadId}`),
    part: (bucketName, uploadId, number) => part(`${bucketName}/${uploadId}/${number}`),
    notification,
  };
  const left = [...store.notifications.values()];
  journal.onResume(() => resumeNotifications(cloud, store, left));
}

function keepBuckets({ journal }: Cloud, store: BucketStore) {
  return journal.keep<StoredBucket>({
    name: 's3/buckets',
    keys: () => store.all.map(({ name }) => name),
    read: name => {
      const bucket = store.find(name);
      if (!bucket) return undefined;
      const { createdMs, versioning, policy, notifiesEventBridge } = bucket;
      return { createdMs, versioning, policy, notifiesEventBridge };
    },
    restore: (name, stored) => {
      const empty = { objects: new Map(), uploads: new Map(), versioning: undefined, policy: undefined };
      store.restore({ name, ...empty, ...stored });
    },
  });
}

function keepVersions({ journal }: Cloud, store: BucketStore) {
  return journal.keep<WithBody<StoredObject>>({
    name: 's3/objects',
    *keys() {
      for (const { name, objects } of store.all)
        for (const { versionId, key } of [...objects.values()].flat()) yield `${name}/${versionId}/${key}`;
    },
    read: path => {
      const [bucketName, versionId, key] = split(path);
      const object = store
        .find(bucketName)
        ?.objects.get(key)
        ?.find(version => version.versionId === versionId);
      return object && withStoredBody(object);
    },
    restore: (path, stored) => {
      const bucket = store.find(split(path)[0]);
      if (bucket) store.restoreVersion(bucket, withBody(store, stored));
    },
  });
}

function keepUploads({ journal }: Cloud, store: BucketStore) {
  return journal.keep<Omit<MultipartUpload, 'parts'>>({
    name: 's3/uploads',
    *keys() {
      for (const { name, uploads } of store.all) for (const id of uploads.keys()) yield `${name}/${id}`;
    },
    read: path => {
      const [bucketName, uploadId] = split(path);
      const upload = store.find(bucketName)?.uploads.get(uploadId);
      if (!upload) return undefined;
      const { parts: _, ...stored } = upload;
      return stored;
    },
    restore: (path, stored) => {
      store.find(split(path)[0])?.uploads.set(stored.id, { ...stored, parts: new Map() });
    },
  });
}

function keepParts({ journal }: Cloud, store: BucketStore) {
  const at = (path: string) => {
    const [bucketName, uploadId, number] = split(path);
    return { parts: store.find(bucketName)?.uploads.get(uploadId)?.parts, number: Number(number) };
  };
  return journal.keep<WithBody<UploadedPart>>({
    name: 's3/parts',
    *keys() {
      for (const { name, uploads } of store.all)
        for (const { id, parts } of uploads.values())
          for (const number of parts.keys()) yield `${name}/${id}/${number}`;
    },
    read: path => {
      const { parts, number } = at(path);
      const part = parts?.get(number);
      return part && withStoredBody(part);
    },
    restore: (path, stored) => {
      const { parts, number } = at(path);
      parts?.set(number, withBody(store, stored));
    },
  });
}

function withStoredBody<Value extends Pick<StoredObject, 'body' | 'blobs'>>(value: Value): WithBody<Value> {
  const { body, blobs, ...rest } = value;
  return { ...rest, body: blobs.length > 0 ? blobs.map(({ id }) => id) : body.toString('base64') };
}

function withBody<Rest extends object>(store: BucketStore, { body, ...rest }: Rest & { readonly body: StoredBody }) {
  if (typeof body !== 'string') return { ...rest, ...store.blobs.bodyOf(body) };
  return { ...rest, body: Buffer.from(body, 'base64'), blobs: [] };
}

/** `<bucket>/<version or upload>/<rest>`: only the last may hold slashes. */
function split(path: string): [string, string, string] {
  const [first = '', second = '', ...rest] = path.split('/');
  return [first, second, rest.join('/')];
}

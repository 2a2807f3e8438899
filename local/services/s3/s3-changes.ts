/** Where the engine says which of its records it has changed, so that they can outlive the process. */
export interface S3Changes {
  bucket(name: string): void;
  version(bucketName: string, key: string, versionId: string): void;
  upload(bucketName: string, uploadId: string): void;
  part(bucketName: string, uploadId: string, number: number): void;
  notification(id: string): void;
}

/** Nothing outlives the process. */
export const unkept: S3Changes = {
  bucket: () => {},
  version: () => {},
  upload: () => {},
  part: () => {},
  notification: () => {},
};

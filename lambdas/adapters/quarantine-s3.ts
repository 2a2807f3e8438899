import { ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Quarantine, QuarantinedRecord } from '../../core/index.ts';
import { errorName, operatingError } from './aws-errors.ts';

/** The quarantine as a bucket: `quarantine/<yyyy>/<mm>/<dd>/<id>.json`, written only if it is not there yet. */
export function s3Quarantine(client: S3Client, bucket: string): Quarantine {
  async function keep(record: QuarantinedRecord): Promise<boolean> {
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: keyOf(record),
      Body: JSON.stringify(record, undefined, 2),
      ContentType: 'application/json',
      IfNoneMatch: '*',
    });
    try {
      await client.send(command);
      return true;
    } catch (error) {
      if (errorName(error) === 'PreconditionFailed') return false;
      throw operatingError(error);
    }
  }
  return { keep };
}

/** The id under which a processor keeps a record of the stream: the same at every delivery. */
export function quarantinedRecordId(hop: string, sequence: string): string {
  return `${hop}-${sequence}`;
}

/** Whether a record is in the quarantine; of names only, contents are not read. @throws ThrottledError */
export async function isQuarantined(
  client: S3Client,
  bucket: string,
  record: Pick<QuarantinedRecord, 'id' | 'quarantinedAt'>,
): Promise<boolean> {
  const key = keyOf(record);
  const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 });
  const { Contents = [] } = await client.send(list).catch(error => {
    throw operatingError(error);
  });
  return Contents.some(({ Key }) => Key === key);
}

function keyOf({ id, quarantinedAt }: Pick<QuarantinedRecord, 'id' | 'quarantinedAt'>): string {
  return `quarantine/${quarantinedAt.slice(0, 10).replaceAll('-', '/')}/${id}.json`;
}

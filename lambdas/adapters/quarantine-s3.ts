import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Quarantine, QuarantinedRecord } from '../../core/index.ts';
import { errorName, operatingError } from './aws-errors.ts';

/** The quarantine as a bucket: `quarantine/<yyyy>/<mm>/<dd>/<id>.json`, written only if it is not there yet. */
export function s3Quarantine(client: S3Client, bucket: string): Quarantine {
  async function keep(record: QuarantinedRecord): Promise<boolean> {
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: `quarantine/${record.quarantinedAt.slice(0, 10).replaceAll('-', '/')}/${record.id}.json`,
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

import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { CloudEvent } from '../../core/index.ts';
import { operatingError } from './aws-errors.ts';

/** Where events leave what is too large for the bus. */
export interface ClaimCheck {
  /** Stores the event whole and gives back its envelope, `dataref` saying where the rest lies. */
  leave(event: CloudEvent): Promise<Omit<CloudEvent, 'data'>>;
  /** Keeps something that cannot be published at all. */
  keepUnpublishable(id: string, received: unknown, reason: string): Promise<void>;
}

/** The claim check as a bucket: `claim-check/<type>/<id>.json`, and `unpublishable/<id>.json`. */
export function s3ClaimCheck(client: S3Client, bucket: string): ClaimCheck {
  async function put(key: string, value: unknown): Promise<void> {
    const body = JSON.stringify(value);
    const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' });
    await client.send(command).catch(error => {
      throw operatingError(error);
    });
  }
  return {
    async leave(event) {
      const key = `claim-check/${event.type}/${event.id}.json`;
      await put(key, event);
      const { data: _data, ...envelope } = event;
      return { ...envelope, dataref: `s3://${bucket}/${key}` };
    },
    keepUnpublishable: (id, received, reason) => put(`unpublishable/${id}.json`, { reason, received }),
  };
}

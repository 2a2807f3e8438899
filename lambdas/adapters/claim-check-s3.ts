import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type CloudEvent, TerminalError } from '../../core/index.ts';
import { errorName, operatingError } from './aws-errors.ts';

/** Where events leave what is too large for the bus. */
export interface ClaimCheck {
  /** Stores the event whole and gives back its envelope, `dataref` saying where the rest lies. */
  leave(event: CloudEvent): Promise<Omit<CloudEvent, 'data'>>;
  /** Keeps something that cannot be published at all. */
  keepUnpublishable(id: string, received: unknown, reason: string): Promise<void>;
}

const PREFIX = 'claim-check/';

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
      const key = `${PREFIX}${event.type}/${event.id}.json`;
      await put(key, event);
      const { data: _data, ...envelope } = event;
      return { ...envelope, dataref: `s3://${bucket}/${key}` };
    },
    keepUnpublishable: (id, received, reason) => put(`unpublishable/${id}.json`, { reason, received }),
  };
}

/**
 * Fetches what was left at the claim check. Only what lies there is fetched: a `dataref` may be anything that somebody put on
 * the bus.
 * @throws TerminalError when the reference is to somewhere else, or to nothing; ThrottledError
 */
export function s3ClaimCheckReader(client: S3Client, bucket: string): (dataref: string) => Promise<unknown> {
  return async dataref => {
    const start = `s3://${bucket}/`;
    const key = dataref.startsWith(start) ? dataref.slice(start.length) : '';
    if (!key.startsWith(PREFIX)) {
      throw new TerminalError(`Cannot redeem claim check: must begin with '${start}${PREFIX}', received '${dataref}'`);
    }
    try {
      const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return JSON.parse((await answer.Body?.transformToString()) ?? '');
    } catch (error) {
      if (errorName(error) !== 'NoSuchKey' && !(error instanceof SyntaxError)) throw operatingError(error);
      throw new TerminalError(`Cannot redeem claim check: ${dataref} holds no event`, { cause: error });
    }
  };
}

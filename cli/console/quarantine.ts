/** The newest quarantined events with their reasons. Keys begin with the day and go on with a ULID, so they sort by time. */
import type { AwsCall } from '../flow.ts';

export interface QuarantinedDocument {
  readonly key: string;
  /** JSON text: `{id, quarantinedAt, hop, field, reason, received}`. */
  readonly document: string;
}

const SHOWN = 6;

interface ListAnswer {
  readonly Contents?: readonly { readonly Key: string }[];
  readonly IsTruncated?: boolean;
}

/** @returns a function that reads what has come since its last call, and gives the newest first */
export function watchQuarantine(aws: AwsCall, bucket: string): () => Promise<readonly QuarantinedDocument[]> {
  let lastKey = '';
  let newest: QuarantinedDocument[] = [];
  return async () => {
    const keys: string[] = [];
    for (let truncated = true; truncated; ) {
      const answer = await aws<ListAnswer>('s3', 'ListObjectsV2', { Bucket: bucket, StartAfter: lastKey });
      keys.push(...(answer.Contents ?? []).map(({ Key }) => Key));
      lastKey = keys.at(-1) ?? lastKey;
      truncated = answer.IsTruncated === true;
    }
    const documents = await Promise.all(keys.slice(-SHOWN).map(key => readDocument(aws, bucket, key)));
    newest = [...documents.reverse(), ...newest].slice(0, SHOWN);
    return newest;
  };
}

async function readDocument(aws: AwsCall, bucket: string, key: string): Promise<QuarantinedDocument> {
  const { Body } = await aws<{ Body: string }>('s3', 'GetObject', { Bucket: bucket, Key: key });
  return { key, document: Buffer.from(Body, 'base64').toString('utf8') };
}

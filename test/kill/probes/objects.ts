import { type Probe, verdictOf } from '../probe.ts';

const BUCKET = '/kill-objects';

/** Objects that were put are there. */
export const s3Objects: Probe = {
  name: 's3 PutObject',
  lanes: 2,
  prepare: async aws => {
    const response = await aws.http('s3', BUCKET, { method: 'PUT' });
    if (!response.ok) throw new Error(`Cannot create the bucket: ${response.status} ${await response.text()}`);
  },
  async write(aws, name) {
    const response = await aws.http('s3', `${BUCKET}/${name}`, { method: 'PUT', body: `object ${name}` });
    await response.text();
    if (!response.ok) throw new Error(`Cannot put the object: ${response.status}`);
  },
  async verify(aws, tried) {
    const found: string[] = [];
    for (const name of tried.acknowledged) {
      const response = await aws.http('s3', `${BUCKET}/${name}`, { method: 'GET' });
      if ((await response.text()) === `object ${name}`) found.push(name);
    }
    return verdictOf(found, tried);
  },
};

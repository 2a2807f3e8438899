import { createHash } from 'node:crypto';
import { type CloudEvent, canonicalJson, toldTime } from '../../core/index.ts';

/** Says whether two events of one id have the same content: what happened, to whom, when; not how it travelled. */
export function fingerprint(event: CloudEvent): string {
  const { type, source, subject, data } = event;
  const content = canonicalJson({ type, source, subject, time: toldTime(event), data });
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}

import { createHash } from 'node:crypto';
import { type CloudEvent, canonicalJson } from '../../core/index.ts';

/** Says whether two events of one id have the same content: what happened, to whom, when; not how it travelled. */
export function fingerprint(event: CloudEvent): string {
  const { type, source, subject, time, data } = event;
  return createHash('sha256').update(canonicalJson({ type, source, subject, time, data })).digest('hex').slice(0, 32);
}

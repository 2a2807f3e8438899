import { createHash } from 'node:crypto';
import type { CarriedOut } from '../cloud/watched-cloud.ts';

/** What a run did, boiled down: two runs with the same digest made the same calls, with the same input, at the same time. */
export interface Trace {
  add(carriedOut: CarriedOut): void;
  digest(): string;
}

export function trace(): Trace {
  const hash = createHash('sha256');
  return {
    add({ service, operation, input, call, atMs, refusal }) {
      const who = call.principal.kind === 'role' ? call.principal.session : call.principal.kind;
      hash.update(`${atMs} ${who} ${service} ${operation} ${refusal ?? ''} ${JSON.stringify(input)}\n`);
    },
    digest: () => hash.copy().digest('hex').slice(0, 16),
  };
}

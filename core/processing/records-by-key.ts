import type { CloudEvent } from '../events/cloud-event.ts';
import type { FoldRecord } from './fold-item.ts';
import type { FoldProcessor } from './fold-processor.ts';

/** The records of each key, in order; keys in the order in which they came. */
export function recordsByKey<State, Incoming extends CloudEvent>(
  { key }: Pick<FoldProcessor<State, Incoming>, 'key'>,
  records: readonly FoldRecord<Incoming>[],
): Map<string, FoldRecord<Incoming>[]> {
  const byKey = new Map<string, FoldRecord<Incoming>[]>();
  for (const record of records) {
    const own = key(record.event);
    const known = byKey.get(own);
    if (known) known.push(record);
    else byKey.set(own, [record]);
  }
  return byKey;
}

/** What batches through `transact` and `external` have in common. */
import type { Clock } from '../ports/clock.ts';
import type { FoldStore } from '../ports/fold-store.ts';
import type { Ids } from '../ports/ids.ts';
import type { FoldRecord } from './fold-item.ts';
import type { RecordFate } from './fold-step.ts';
import type { Gate } from './idempotency-gates.ts';
import { compareSequenceNumbers } from './sequence-number.ts';

export interface IdempotentDependencies {
  readonly gates: FoldStore<Gate>;
  readonly quarantine: (fate: RecordFate) => Promise<boolean>;
  readonly onWritten?: (fates: readonly RecordFate[]) => void;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Whether the records come out of the lane of their key: then nothing is parked, and what cannot take effect fails. @default false */
  readonly fromLane?: boolean;
}

/** The records of a batch in the order of the stream; one that stands twice in it is dealt with once. */
export function withoutTwins<Record extends FoldRecord>(
  records: readonly Record[],
  { onWritten }: Pick<IdempotentDependencies, 'onWritten'>,
): readonly Record[] {
  const bySequence = new Map<string, Record>();
  for (const record of records) {
    if (bySequence.has(record.sequence)) onWritten?.([{ record, outcome: 'redelivered' }]);
    else bySequence.set(record.sequence, record);
  }
  return [...bySequence.values()].sort((a, b) => compareSequenceNumbers(a.sequence, b.sequence));
}

import { AwsError } from '../../../cloud/aws-error.ts';

/** Why one action of a transaction cannot be done. */
export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}

/** The refusal of a transaction: the reason of each action, undefined where there is none. */
export function cancelled(reasons: readonly (CancellationReason | undefined)[]): AwsError {
  const all = reasons.map(reason => reason ?? { Code: 'None' });
  const codes = all.map(({ Code }) => Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { fields: { CancellationReasons: all } },
  );
}

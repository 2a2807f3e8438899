/** How DynamoDB says that it was too much (API reference: ThrottlingReason, and the reasons of cancelled transactions). */
import { AwsError } from '../../../cloud/aws-error.ts';

/** What was too much, and for whom. */
export interface Throttling {
  readonly kind: 'Read' | 'Write';
  readonly billing: 'PROVISIONED' | 'PAY_PER_REQUEST';
  /** A partition key's own limit, whatever its table or index may take. */
  readonly limit: 'ProvisionedThroughputExceeded' | 'AccountLimitExceeded' | 'KeyRangeThroughputExceeded';
  readonly isIndex: boolean;
  /** ARN of the table or index. */
  readonly resource: string;
}

const PROVISIONED_TABLE =
  'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.';
const PROVISIONED_INDEX =
  'The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes with the UpdateTable API.';
const ON_DEMAND_TABLE =
  'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html.';
const ON_DEMAND_INDEX =
  'Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is automatically scaling your index so please try again shortly.';

/** A provisioned table refuses with another code than one on demand; SDK clients repeat both. */
export function throttleError(throttling: Throttling): AwsError {
  const isProvisioned = throttling.billing === 'PROVISIONED';
  const code = isProvisioned ? 'ProvisionedThroughputExceededException' : 'ThrottlingException';
  return new AwsError(code, messageOf(throttling), { fields: { ThrottlingReasons: [reasonOf(throttling)] } });
}

/** The same as the reason of a transaction that is cancelled for it. */
export function cancellationReason(throttling: Throttling): { readonly Code: string; readonly Message: string } {
  const isProvisioned = throttling.billing === 'PROVISIONED';
  return {
    Code: isProvisioned ? 'ProvisionedThroughputExceeded' : 'ThrottlingError',
    Message: messageOf(throttling),
  };
}

function messageOf({ billing, isIndex }: Throttling): string {
  if (billing === 'PROVISIONED') return isIndex ? PROVISIONED_INDEX : PROVISIONED_TABLE;
  return isIndex ? ON_DEMAND_INDEX : ON_DEMAND_TABLE;
}

function reasonOf({ kind, limit, isIndex, resource }: Throttling): { reason: string; resource: string } {
  return { reason: `${isIndex ? 'Index' : 'Table'}${kind}${limit}`, resource };
}

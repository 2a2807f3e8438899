import {
  type Attribute,
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';
import { resourceName } from '../names.ts';
import { removalPolicy } from '../removal-policy.ts';

/** The attribute, in epoch seconds, by which DynamoDB forgets an item. */
const EXPIRY_ATTRIBUTE = 'expiresAt';

/** A key attribute: `S` is text, `N` is a number. */
export type KeyAttribute = readonly [name: string, type: 'S' | 'N'];

/** A sparse index that holds keys only: its readers go back to the table for the item. */
export interface KeyIndex {
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute;
}

/** The item actions of DynamoDB that handlers are granted. A transaction needs the actions that it is made of. */
export type ItemAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'Scan'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem';

export interface EventTableProps {
  readonly config: MillraceConfig;
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  /** @default the partition key alone names an item */
  readonly sortKey?: KeyAttribute;
  /** Whether new images are streamed, for the outbox. @default false */
  readonly outbox?: boolean;
  /** @default no index */
  readonly index?: KeyIndex;
  /** Whether it is written for every event: then the config says how it is paid for. @default false: on demand */
  readonly busy?: boolean;
}

/** Entries of an index change with a few of the writes only; an index that is short of units holds up its table's writes. */
const INDEX_SHARE = 0.05;

/**
 * A table as every Millrace table is: encrypted, restorable to any second of the last 35 days, with a TTL; on demand, unless
 * it is a busy one and the config says otherwise.
 */
export class EventTable extends Table {
  /** Its physical name, as text. */
  readonly plainName: string;

  constructor(scope: Construct, id: string, props: EventTableProps) {
    const { config, index } = props;
    const plainName = resourceName(config, props.name);
    super(scope, id, {
      tableName: plainName,
      partitionKey: attribute(props.partitionKey),
      ...(props.sortKey ? { sortKey: attribute(props.sortKey) } : {}),
      ...(props.outbox ? { stream: StreamViewType.NEW_IMAGE } : {}),
      ...billing(props),
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: EXPIRY_ATTRIBUTE,
      deletionProtection: config.retainData,
      removalPolicy: removalPolicy(config),
    });
    this.plainName = plainName;
    if (index) {
      this.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: attribute(index.partitionKey),
        sortKey: attribute(index.sortKey),
        projectionType: ProjectionType.KEYS_ONLY,
        ...units(props, INDEX_SHARE),
      });
    }
  }

  /** Grants exactly these actions, on the table and not on its indexes. */
  grantItems(grantee: IGrantable, ...actions: readonly ItemAction[]): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: actions.map(action => `dynamodb:${action}`),
      resourceArns: [this.tableArn],
    });
  }

  /** Grants to query one index. */
  grantQueryIndex(grantee: IGrantable, indexName: string): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:Query'],
      resourceArns: [`${this.tableArn}/index/${indexName}`],
    });
  }
}

function billing(props: EventTableProps) {
  const provisioned = units(props);
  return provisioned
    ? { billingMode: BillingMode.PROVISIONED, ...provisioned }
    : { billingMode: BillingMode.PAY_PER_REQUEST };
}

function units({ config: { stateTables }, busy = false }: EventTableProps, share = 1) {
  if (!busy || stateTables.mode === 'on-demand') return undefined;
  const { writeUnits, readUnits } = stateTables;
  return { writeCapacity: Math.ceil(writeUnits * share), readCapacity: Math.ceil(readUnits * share) };
}

function attribute([name, type]: KeyAttribute): Attribute {
  return { name, type: type === 'S' ? AttributeType.STRING : AttributeType.NUMBER };
}

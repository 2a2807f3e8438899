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
}

/** A table as every Millrace table is: on demand, encrypted, restorable to any second of the last 35 days, with a TTL. */
export class EventTable extends Table {
  constructor(scope: Construct, id: string, props: EventTableProps) {
    const { config, index } = props;
    super(scope, id, {
      tableName: resourceName(config, props.name),
      partitionKey: attribute(props.partitionKey),
      ...(props.sortKey ? { sortKey: attribute(props.sortKey) } : {}),
      ...(props.outbox ? { stream: StreamViewType.NEW_IMAGE } : {}),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: EXPIRY_ATTRIBUTE,
      deletionProtection: config.retainData,
      removalPolicy: removalPolicy(config),
    });
    if (index) {
      this.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: attribute(index.partitionKey),
        sortKey: attribute(index.sortKey),
        projectionType: ProjectionType.KEYS_ONLY,
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

function attribute([name, type]: KeyAttribute): Attribute {
  return { name, type: type === 'S' ? AttributeType.STRING : AttributeType.NUMBER };
}

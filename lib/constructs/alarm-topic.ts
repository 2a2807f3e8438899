import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';
import { resourceName } from '../names.ts';

export interface AlarmTopicProps {
  readonly config: MillraceConfig;
}

/**
 * Where every alarm goes, and from there to a mailbox if one is configured. Publishing is over TLS only.
 *
 * There is no KMS key on purpose: CloudWatch cannot publish under the AWS-managed key `alias/aws/sns` (its policy does not
 * name CloudWatch), so that alarms would be lost without a trace; and a message names an alarm, never a person.
 */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, { config }: AlarmTopicProps) {
    super(scope, id, {
      topicName: resourceName(config, 'alarms'),
      displayName: `Millrace ${config.stage}`,
      enforceSSL: true,
    });
    // A policy of one's own replaces the default one, under which the alarms of the account may publish.
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    if (config.alarmEmail !== undefined) this.addSubscription(new EmailSubscription(config.alarmEmail));
  }
}

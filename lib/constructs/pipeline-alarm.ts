import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';
import { resourceName } from '../names.ts';

export interface PipelineAlarmProps {
  readonly config: MillraceConfig;
  readonly topic: ITopic;
  /** After the stage, for example `sales-projection-dlq-depth`. */
  readonly name: string;
  /** What is wrong when it rings, and where to look. */
  readonly description: string;
  readonly metric: IMetric;
  /** Rings above it. @default 0 */
  readonly above?: number;
  /** For how many periods in a row. @default 1 */
  readonly periods?: number;
}

/** An alarm that tells the topic when it rings and when it is over. Silence is health: most of these metrics are sparse. */
export class PipelineAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: PipelineAlarmProps) {
    super(scope, id, {
      alarmName: resourceName(props.config, props.name),
      alarmDescription: props.description,
      metric: props.metric,
      threshold: props.above ?? 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: props.periods ?? 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const notify = new SnsAction(props.topic);
    this.addAlarmAction(notify);
    this.addOkAction(notify);
  }
}

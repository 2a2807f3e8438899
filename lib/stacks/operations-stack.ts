import type { Stack } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { AlarmTopic } from '../constructs/alarm-topic.ts';
import { FlowDashboard } from '../constructs/flow-dashboard.ts';
import { PipelineAlarm } from '../constructs/pipeline-alarm.ts';
import { type PipelineInventory, takeInventory } from '../constructs/pipeline-inventory.ts';
import {
  apiMetric,
  executionMetric,
  functionMetric,
  hopCount,
  queueDepth,
  stepErrors,
} from '../constructs/pipeline-metrics.ts';
import { httpApiId } from '../references.ts';
import { MillraceStack, type MillraceStackProps } from './millrace-stack.ts';

export interface OperationsStackProps extends MillraceStackProps {
  /** The stacks whose functions, queues and workflows are watched. */
  readonly watched: readonly Stack[];
}

/** Steps of the saga that answer a declined card or a full hotel by an error, as the state machine wants it. */
const REFUSING_STEPS = ['inventory', 'payment'];

const FIVE_MINUTES_MS = 5 * 60 * 1000;

/** What a processor sets aside. */
const SET_ASIDE = [
  { metricName: 'Parked', description: 'A key is parked: its events wait in their lane, with the reason' },
  {
    metricName: 'Quarantined',
    description: 'The stream holds what the collector should have refused; see the quarantine bucket',
  },
] as const;

/** What the ledger does not explain. */
const UNEXPLAINED = {
  hop: 'reconciler',
  metricName: 'Unexplained',
  description:
    'An accepted event is not accounted for; `millrace reconcile` names it, and so does the log of the reconciler',
};

/** What becomes of facts that the bus or their consumers do not take. */
const FACTS_SET_ASIDE = [
  {
    hop: 'outbox-publisher',
    metricName: 'Unpublishable',
    description: 'The bus will never take a fact; it is kept under unpublishable/ in the claim-check bucket',
  },
  {
    hop: 'outbox-publisher',
    metricName: 'Quarantined',
    description:
      'A fact of ours breaks its own schema: a bug; later facts of its key went on. See the quarantine bucket',
  },
  ...['sales-projector', 'trip-projector'].map(hop => ({
    hop,
    metricName: 'Quarantined',
    description: 'The id of a fact stands for two contents; see the quarantine bucket',
  })),
];

/** What people look at and are woken by: one dashboard, one topic, and an alarm for everything that can go wrong. */
export class OperationsStack extends MillraceStack {
  readonly #topic: AlarmTopic;

  constructor(scope: Construct, props: OperationsStackProps) {
    super(scope, 'operations: one dashboard, alarms, and the topic that they go to', props);
    this.#topic = new AlarmTopic(this, 'Alarms', { config: this.config });
    const inventory = takeInventory(props.watched);
    const apiId = httpApiId(this, this.config);
    new FlowDashboard(this, 'Flow', { config: this.config, inventory, apiId });
    this.#watchFunctions(inventory);
    this.#watchQueues(inventory);
    this.#watchWorkflows(inventory);
    this.#watchHops(inventory);
    this.#alarm('http-5xx', {
      description: 'The API answered with server errors; see the log of the function behind the route',
      metric: apiMetric(apiId, '5xx'),
    });
  }

  #watchFunctions({ functions, streamConsumers }: PipelineInventory): void {
    for (const name of functions) {
      const short = this.#short(name);
      const refuses = REFUSING_STEPS.includes(short);
      this.#alarm(`${short}-errors`, {
        description: `${name} fails; see its log group`,
        metric: refuses ? stepErrors(this.config, name, short) : functionMetric(name, 'Errors'),
        // the two counts of a refusal may fall into neighbouring minutes
        periods: refuses ? 2 : 1,
      });
      this.#alarm(`${this.#short(name)}-throttles`, {
        description: `${name} is throttled: the account or its reservation has no concurrency left`,
        metric: functionMetric(name, 'Throttles'),
      });
    }
    for (const name of streamConsumers) {
      this.#alarm(`${this.#short(name)}-iterator-age`, {
        description: `${name} is more than five minutes behind its stream`,
        metric: functionMetric(name, 'IteratorAge'),
        above: FIVE_MINUTES_MS,
        periods: 3,
      });
    }
  }

  #watchQueues({ deadLetterQueues }: PipelineInventory): void {
    for (const name of deadLetterQueues) {
      this.#alarm(`${this.#short(name)}-depth`, {
        description: `${name} holds what could not be delivered or processed`,
        metric: queueDepth(name),
      });
    }
  }

  #watchWorkflows({ workflows }: PipelineInventory): void {
    for (const name of workflows) {
      for (const [outcome, metricName] of [
        ['failed', 'ExecutionsFailed'],
        ['timed-out', 'ExecutionsTimedOut'],
        ['aborted', 'ExecutionsAborted'],
      ] as const) {
        this.#alarm(`${this.#short(name)}-${outcome}`, {
          description: `A saga of ${name} neither completed nor compensated: it ${outcome.replace('-', ' ')}`,
          metric: executionMetric(this, name, metricName),
        });
      }
    }
  }

  /** What a handler sets aside fails nowhere and fills no queue: without these nobody would know. */
  #watchHops({ processors }: PipelineInventory): void {
    const setAside = processors.flatMap(hop => SET_ASIDE.map(each => ({ hop, ...each })));
    for (const { hop, metricName, description } of [...setAside, ...FACTS_SET_ASIDE, UNEXPLAINED]) {
      this.#alarm(`${hop}-${metricName.toLowerCase()}`, {
        description,
        metric: hopCount(this.config, hop, metricName),
      });
    }
  }

  #alarm(
    name: string,
    alarm: {
      readonly description: string;
      readonly metric: IMetric;
      readonly above?: number;
      readonly periods?: number;
    },
  ): void {
    new PipelineAlarm(this, name, { config: this.config, topic: this.#topic, name, ...alarm });
  }

  /** A physical name without platform and stage, which the alarm's name gets anyway. */
  #short(name: string): string {
    return name.slice(`millrace-${this.config.stage}-`.length);
  }
}

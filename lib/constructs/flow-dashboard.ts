import { Dashboard, GraphWidget, type IMetric, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';
import { resourceName } from '../names.ts';
import type { PipelineInventory } from './pipeline-inventory.ts';
import { apiMetric, effectLatency, executionMetric, functionMetric, hopCount, queueDepth } from './pipeline-metrics.ts';

export interface FlowDashboardProps {
  readonly config: MillraceConfig;
  readonly inventory: PipelineInventory;
  readonly apiId: string;
}

/** One page that answers: do events flow, how fast, and where do they stop? Read from top to bottom. */
export class FlowDashboard extends Dashboard {
  constructor(scope: Construct, id: string, { config, inventory, apiId }: FlowDashboardProps) {
    super(scope, id, { dashboardName: resourceName(config, 'flow') });
    const { functions, streamConsumers, deadLetterQueues, workflows } = inventory;
    this.addWidgets(
      new TextWidget({
        width: 24,
        height: 2,
        markdown: `# Millrace ${config.stage}\nAccepted = applied + duplicate + quarantined + parked + in flight. Per minute, unless it says otherwise.`,
      }),
    );
    this.addWidgets(
      graph(
        'Flow per hop',
        FLOW.map(([hop, name]) => hopCount(config, hop, name)),
      ),
      graph(
        'Refused, held back, set aside',
        ASIDE.map(([hop, name]) => hopCount(config, hop, name)),
      ),
    );
    this.addWidgets(
      graph('From ingestion to effect, ms', [
        effectLatency(config, 'session-profile', 'p50'),
        effectLatency(config, 'session-profile', 'p99'),
      ]),
      graph(
        'Iterator age, ms',
        streamConsumers.map(name => functionMetric(name, 'IteratorAge')),
      ),
    );
    this.addWidgets(
      graph('Sagas by outcome', [
        hopCount(config, 'trip-booking', 'SagaCompleted'),
        hopCount(config, 'trip-booking', 'SagaCompensated'),
        ...workflows.flatMap(name => [
          executionMetric(this, name, 'ExecutionsStarted'),
          executionMetric(this, name, 'ExecutionsFailed'),
          executionMetric(this, name, 'ExecutionsTimedOut'),
        ]),
      ]),
      graph('Messages in dead-letter queues', deadLetterQueues.map(queueDepth)),
    );
    this.addWidgets(
      graph(
        'Function errors',
        functions.map(name => functionMetric(name, 'Errors')),
      ),
      graph(
        'Function throttles',
        functions.map(name => functionMetric(name, 'Throttles')),
      ),
    );
    this.addWidgets(
      graph('HTTP requests', [apiMetric(apiId, 'Count'), apiMetric(apiId, '4xx'), apiMetric(apiId, '5xx')]),
      graph('HTTP latency, ms', [apiMetric(apiId, 'Latency', 'p50'), apiMetric(apiId, 'Latency', 'p99')]),
    );
  }
}

/** The way an event goes, in order. */
const FLOW = [
  ['collector', 'Accepted'],
  ['overflow-drainer', 'Drained'],
  ['session-profile', 'Applied'],
  ['outbox-publisher', 'Published'],
  ['sales-projector', 'Consumed'],
  ['booking-command', 'Accepted'],
  ['saga-starter', 'Started'],
  ['trip-projector', 'Consumed'],
] as const;

/** Where an event leaves that way. */
const ASIDE = [
  ['collector', 'Refused'],
  ['collector', 'Quarantined'],
  ['collector', 'Overflowed'],
  ['collector', 'RegistryUnreadable'],
  ['session-profile', 'Duplicate'],
  ['session-profile', 'Quarantined'],
  ['session-profile', 'Parked'],
  ['session-profile', 'KeysFailed'],
  ['outbox-publisher', 'PublishFailed'],
  ['outbox-publisher', 'Unpublishable'],
  ['outbox-publisher', 'Quarantined'],
  ['outbox-publisher', 'ClaimChecked'],
] as const;

function graph(title: string, metrics: readonly IMetric[]): GraphWidget {
  return new GraphWidget({ title, width: 12, height: 6, left: [...metrics], leftYAxis: { min: 0, showUnits: false } });
}

import { Stack, Tags } from 'aws-cdk-lib';
import type { HttpMethod, IHttpApiRef } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import type { MillraceConfig, QueueBatching } from '../config.ts';
import { EventTable, type EventTableProps } from '../constructs/event-table.ts';
import type { HandlerBundles } from '../constructs/handler-bundles.ts';
import { HandlerFunction, type HandlerFunctionProps } from '../constructs/handler-function.ts';
import { HandlerRoute } from '../constructs/handler-route.ts';
import { consumeQueue } from '../constructs/queue-consumer.ts';
import { resourceName } from '../names.ts';
import { subscriptionQueue } from '../references.ts';

export interface MillraceStackProps {
  readonly config: MillraceConfig;
  readonly bundles: HandlerBundles;
}

/**
 * What every stack of the app shares: its name, where it is deployed, its tags, its protection in production; and short
 * ways to make what most stacks make, with the configuration already filled in.
 */
export abstract class MillraceStack extends Stack {
  protected readonly config: MillraceConfig;
  protected readonly bundles: HandlerBundles;

  /** @param purpose what the stack is for, with its name: `ingestion: events in` */
  constructor(scope: Construct, purpose: `${string}: ${string}`, { config, bundles }: MillraceStackProps) {
    const name = purpose.slice(0, purpose.indexOf(':'));
    super(scope, resourceName(config, name), {
      description: `Millrace ${config.stage}, ${purpose}`,
      env: {
        ...(config.account === undefined ? {} : { account: config.account }),
        ...(config.region === undefined ? {} : { region: config.region }),
      },
      terminationProtection: config.retainData,
    });
    this.config = config;
    this.bundles = bundles;
    Tags.of(this).add('application', 'millrace');
    Tags.of(this).add('stage', config.stage);
  }

  protected table(id: string, props: Omit<EventTableProps, 'config'>): EventTable {
    return new EventTable(this, id, { config: this.config, ...props });
  }

  protected handler(id: string, props: Omit<HandlerFunctionProps, 'config' | 'bundles'>): HandlerFunction {
    return new HandlerFunction(this, id, { config: this.config, bundles: this.bundles, ...props });
  }

  protected route(id: string, props: RouteProps): void {
    new HandlerRoute(this, id, { config: this.config, ...props });
  }

  /** Feeds a handler from the queue of a subscription of the routing stack. */
  protected subscribe(handler: HandlerFunction, queue: string, batching: QueueBatching = this.config.queue): void {
    consumeQueue({ queue: subscriptionQueue(this, this.config, queue), handler, batching });
  }
}

interface RouteProps {
  readonly api: IHttpApiRef;
  readonly method: HttpMethod;
  readonly path: string;
  readonly handler: HandlerFunction;
}

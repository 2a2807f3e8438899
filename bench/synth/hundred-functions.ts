/** The app with a hundred functions more, each with its queue, in stacks of ten: what a company of many domains synthesizes. */
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { readConfig } from '../../lib/config.ts';
import { DurableQueue } from '../../lib/constructs/durable-queue.ts';
import { bundleHandlers } from '../../lib/constructs/handler-bundles.ts';
import { consumeQueue } from '../../lib/constructs/queue-consumer.ts';
import { MillraceStack, type MillraceStackProps } from '../../lib/stacks/millrace-stack.ts';
import { millraceStacks } from '../../lib/stacks/millrace-stacks.ts';

const STACKS = 10;
const FUNCTIONS_PER_STACK = 10;

class ManyFunctionsStack extends MillraceStack {
  constructor(app: App, index: number, props: MillraceStackProps) {
    super(app, `domain${index}: one of many domains`, props);
    for (let each = 0; each < FUNCTIONS_PER_STACK; each++) {
      const name = `domain${index}-function${each}`;
      const queue = new DurableQueue(this, `Queue${each}`, { config: this.config, name });
      const handler = this.handler(`Function${each}`, { handler: 'notification', name, description: 'One of many' });
      consumeQueue({ queue, handler, batching: this.config.queue });
    }
  }
}

const app = new App({ context: cdkJson.context });
const props = {
  config: readConfig(() => undefined),
  bundles: bundleHandlers({ root: join(import.meta.dirname, '../..') }),
};
millraceStacks(app, props);
for (let index = 0; index < STACKS; index++) new ManyFunctionsStack(app, index, props);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();

import type { App } from 'aws-cdk-lib';
import { IngestionStack } from './ingestion-stack.ts';
import { LedgerStack } from './ledger-stack.ts';
import type { MillraceStack, MillraceStackProps } from './millrace-stack.ts';
import { OperationsStack } from './operations-stack.ts';
import { ProcessingStack } from './processing-stack.ts';
import { RoutingStack } from './routing-stack.ts';
import { SagasStack } from './sagas-stack.ts';

/**
 * All stacks, and the order in which they are deployed: the stream and the bus first, then the domains between them, then
 * those who watch. The order says who must be there first, and nothing more; no stack refers to another's resources.
 */
export function millraceStacks(app: App, props: MillraceStackProps): readonly MillraceStack[] {
  const ingestion = new IngestionStack(app, props);
  const routing = new RoutingStack(app, props);
  const domains = [new ProcessingStack(app, props), new SagasStack(app, props)];
  for (const domain of domains) {
    domain.addStackDependency(ingestion, 'its routes are added to the API, its processor reads the stream');
    domain.addStackDependency(routing, 'its consumers read queues of the bus');
  }
  const ledger = new LedgerStack(app, props);
  for (const counting of [ingestion, ...domains]) {
    ledger.addStackDependency(counting, 'it reads what is counted there, and the evidence');
  }
  const watched = [ingestion, routing, ...domains, ledger];
  const operations = new OperationsStack(app, { ...props, watched });
  for (const stack of watched) operations.addStackDependency(stack, 'it watches what is there');
  return [...watched, operations];
}

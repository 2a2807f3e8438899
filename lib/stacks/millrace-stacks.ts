import type { App } from 'aws-cdk-lib';
import { checkEventRules } from '../event-rules/event-rule-check.ts';
import { ContractsStack } from './contracts-stack.ts';
import { IngestionStack } from './ingestion-stack.ts';
import { LedgerStack } from './ledger-stack.ts';
import type { MillraceStack, MillraceStackProps } from './millrace-stack.ts';
import { OperationsStack } from './operations-stack.ts';
import { ProcessingStack } from './processing-stack.ts';
import { RoutingStack } from './routing-stack.ts';
import { SagasStack } from './sagas-stack.ts';

/**
 * All stacks, and the order in which they are deployed: the schemas first, then the stream and the bus, then the domains between them, then
 * those who watch. The order says who must be there first, and nothing more; no stack refers to another's resources.
 */
export function millraceStacks(app: App, props: MillraceStackProps): readonly MillraceStack[] {
  const contracts = new ContractsStack(app, props);
  const ingestion = new IngestionStack(app, props);
  ingestion.addStackDependency(contracts, 'its collector judges by what is registered');
  const routing = new RoutingStack(app, props);
  const domains = [new ProcessingStack(app, props), new SagasStack(app, props)];
  for (const domain of domains) {
    domain.addStackDependency(ingestion, 'its routes are added to the API, its processor reads the stream');
    domain.addStackDependency(routing, 'its consumers read queues of the bus');
    domain.addStackDependency(contracts, 'its functions judge by what is registered');
  }
  const counting = [ingestion, routing, ...domains];
  const ledger = new LedgerStack(app, { ...props, counting });
  for (const stack of counting) {
    ledger.addStackDependency(stack, 'it reads what is counted there, and the evidence');
  }
  const watched = [contracts, ingestion, routing, ...domains, ledger];
  const operations = new OperationsStack(app, { ...props, watched });
  for (const stack of watched) operations.addStackDependency(stack, 'it watches what is there');
  checkEventRules(app);
  return [...watched, operations];
}

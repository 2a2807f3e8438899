import type { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** All constructs of a kind in some stacks, in the order in which they were made. */
export function findConstructs<Kind extends IConstruct>(
  stacks: readonly Stack[],
  kind: abstract new (...parameters: never[]) => Kind,
): readonly Kind[] {
  return stacks
    .flatMap(stack => stack.node.findAll())
    .filter((construct): construct is Kind => construct instanceof kind);
}

/** How a task waits for its result. */
export type IntegrationPattern = 'request' | 'sync' | 'sync:2' | 'waitForTaskToken';

/** What the `Resource` of a Task state names. */
export type TaskResource =
  | { readonly kind: 'lambda'; readonly arn: string }
  | { readonly kind: 'activity'; readonly arn: string }
  | {
      readonly kind: 'service';
      /** `sqs`, `aws-sdk:sqs` */
      readonly service: string;
      readonly action: string;
      readonly pattern: IntegrationPattern;
      /** As the history names it: the action with its pattern. */
      readonly name: string;
    };

const LAMBDA = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:/;
const ACTIVITY = /^arn:[^:]+:states:[^:]*:[^:]*:activity:/;
const SERVICE = /^arn:[^:]+:states:[^:]*:[^:]*:((?:aws-sdk:)?[^:]+):([^.]+)(?:\.(sync:2|sync|waitForTaskToken))?$/;

/** @returns undefined for an ARN that names nothing that a task can call */
export function parseTaskResource(arn: string): TaskResource | undefined {
  if (LAMBDA.test(arn)) return { kind: 'lambda', arn };
  if (ACTIVITY.test(arn)) return { kind: 'activity', arn };
  const [, service, action, pattern] = SERVICE.exec(arn) ?? [];
  if (service === undefined || action === undefined) return undefined;
  const name = pattern === undefined ? action : `${action}.${pattern}`;
  return { kind: 'service', service, action, pattern: (pattern ?? 'request') as IntegrationPattern, name }; // as in SERVICE
}

import { Duration, Validations } from 'aws-cdk-lib';
import {
  Effect,
  Grant,
  type IGrantable,
  type IPrincipal,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  CfnFunction,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';
import { resourceName } from '../names.ts';
import { removalPolicy } from '../removal-policy.ts';
import type { HandlerBundles } from './handler-bundles.ts';

/** How long a handler may run. The visibility timeout of the queues that feed handlers is six times this, as AWS advises. */
export const HANDLER_TIMEOUT = Duration.seconds(30);

export interface HandlerFunctionProps {
  readonly config: MillraceConfig;
  readonly bundles: HandlerBundles;
  /** The folder under `lambdas/`. */
  readonly handler: string;
  readonly description: string;
  /** What the function is called, when one handler is deployed more than once. @default the handler's name */
  readonly name?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** @default 256 */
  readonly memoryMb?: number;
  /** For what no queue feeds. @default HANDLER_TIMEOUT */
  readonly timeout?: Duration;
}

/**
 * One deployed handler: its function, its log group with a retention, its role.
 *
 * Lambda's own lines are written about invocations that fail only: of those that go well, all but the memory they took is in
 * Lambda's metrics, and a start and a report for each would be a fifth of the bytes that are paid for, and more.
 *
 * The role starts with two rights only, to write its own logs and its traces; everything else is granted by the stack that
 * knows why. Tracing is declared in a policy of its own, so that the one wildcard which X-Ray requires excuses no other.
 */
export class HandlerFunction extends Construct implements IGrantable {
  /** Its physical name. */
  readonly name: string;
  /** Its folder under `lambdas/`, which is what it counts under. */
  readonly handler: string;
  readonly function: LambdaFunction;
  readonly grantPrincipal: IPrincipal;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const { config, handler } = props;
    this.handler = handler;
    this.name = resourceName(config, props.name ?? handler);
    this.#role = this.#makeRole();
    this.grantPrincipal = this.#role;
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${this.name}`,
      retention: config.logRetentionDays,
      removalPolicy: removalPolicy(config),
    });
    logGroup.grantWrite(this.#role);
    this.function = new LambdaFunction(this, 'Function', {
      functionName: this.name,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: config.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      code: Code.fromAsset(props.bundles.folderOf(handler)),
      handler: 'index.handler',
      memorySize: props.memoryMb ?? 256,
      timeout: props.timeout ?? HANDLER_TIMEOUT,
      role: this.#role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      environment: { STAGE: config.stage, NODE_OPTIONS: '--enable-source-maps', ...props.environment },
    });
    this.#trace('Active');
  }

  /**
   * Records a trace only where who calls records one. For functions that batches are handed to: a batch begins no request, and
   * what is known of one event is in its ledger entries, by its id, not in the trace of a hundred.
   */
  followTraces(): void {
    this.#trace('PassThrough');
  }

  /** Lets someone invoke the function as it is deployed; not its versions, of which there are none. */
  grantInvoke(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [this.function.functionArn],
    });
  }

  /** Tells cdk-nag why a granted right is as wide as it is. It excuses this finding, and in the granted rights only. */
  acknowledgeGrant(finding: string, reason: string): void {
    Validations.of(this.#role.node.findChild('DefaultPolicy')).acknowledge({ id: finding, reason });
  }

  #makeRole(): Role {
    const role = new Role(this, 'Role', {
      description: `What ${this.name} may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        tracing: new PolicyDocument({
          statements: [
            new PolicyStatement({
              effect: Effect.ALLOW,
              actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
              resources: ['*'],
            }),
          ],
        }),
      },
    });
    Validations.of(role.node.defaultChild ?? role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray has no resource that these two actions could be limited to; the inline policy holds nothing else.',
    });
    return role;
  }

  /** Set on the resource itself: the construct's own switch would put X-Ray's wildcard among the granted rights. */
  #trace(mode: 'Active' | 'PassThrough'): void {
    const resource = this.function.node.defaultChild;
    if (resource instanceof CfnFunction) resource.tracingConfig = { mode };
  }
}

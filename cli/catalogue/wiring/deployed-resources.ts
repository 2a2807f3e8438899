/**
 * The resources of a synthesized app with their properties evaluated, before anything is made. A reference to a resource
 * becomes its ARN, whichever attribute was asked for: enough to see who is connected with whom, across stacks too.
 */
import { loadAssembly } from '../../../local/template/assembly.ts';
import { generatedName } from '../../../local/template/environment.ts';
import { evaluate } from '../../../local/template/evaluate.ts';
import type { Scope } from '../../../local/template/intrinsics/intrinsic.ts';
import { parameterValues } from '../../../local/template/parameters.ts';
import { isWanted, stackScope } from '../../../local/template/scope.ts';
import { UNKNOWN } from '../../../local/template/unknown.ts';

/** A resource as the template describes it. */
export interface DeployedResource {
  readonly type: string;
  /** Physical name. */
  readonly name: string;
  readonly arn: string;
  /** Evaluated; what is known only once it is made stands as `UNKNOWN`. */
  readonly properties: Readonly<Record<string, unknown>>;
}

type Stack = ReturnType<typeof loadAssembly>['stacks'][number];

const ENVIRONMENT = { accountId: '000000000000', region: 'eu-west-1' };

/** Which property holds a resource's name, and what stands before the name in its ARN. */
const NAMED: Readonly<Record<string, readonly [property: string, arnPrefix: string]>> = {
  'AWS::DynamoDB::Table': ['TableName', 'dynamodb:@:table/'],
  'AWS::Events::Archive': ['ArchiveName', 'events:@:archive/'],
  'AWS::Events::EventBus': ['Name', 'events:@:event-bus/'],
  'AWS::Events::Rule': ['Name', 'events:@:rule/'],
  'AWS::Kinesis::Stream': ['Name', 'kinesis:@:stream/'],
  'AWS::Lambda::Function': ['FunctionName', 'lambda:@:function:'],
  'AWS::S3::Bucket': ['BucketName', 's3:::'],
  'AWS::SNS::Topic': ['TopicName', 'sns:@:'],
  'AWS::SQS::Queue': ['QueueName', 'sqs:@:'],
  'AWS::Scheduler::Schedule': ['Name', 'scheduler:@:schedule/default/'],
  'AWS::StepFunctions::StateMachine': ['StateMachineName', 'states:@:stateMachine:'],
};

/** Every resource of every stack of a cloud assembly. @throws when the folder holds none */
export function deployedResources(assemblyFolder: string): readonly DeployedResource[] {
  return loadAssembly(assemblyFolder).stacks.flatMap(stackResources);
}

function stackResources(stack: Stack): readonly DeployedResource[] {
  const { template } = stack;
  const fail = () => UNKNOWN; // whether the template can be carried out is judged by whoever runs or deploys it
  const arns = new Map<string, string>();
  const arnOf = (logicalId: string): string | undefined => {
    const known = arns.get(logicalId);
    const resource = template.resources[logicalId];
    if (known !== undefined || !resource) return known;
    const place = `${stack.name}/${logicalId}`;
    arns.set(logicalId, place); // a name that refers to its own resource ends here
    const arn = arnFor(resource.Type, nameFor(logicalId)) ?? place;
    arns.set(logicalId, arn);
    return arn;
  };
  const nameFor = (logicalId: string): string => {
    const resource = template.resources[logicalId];
    const property = NAMED[resource?.Type ?? '']?.[0];
    const given = property && evaluate(resource?.Properties?.[property], [], scope);
    return typeof given === 'string' ? given : generatedName(stack.name, logicalId, 64);
  };
  const scope: Scope = stackScope({
    environment: ENVIRONMENT,
    stackName: stack.name,
    template,
    parameters: parameterValues(template, { given: stack.parameters, fail }),
    world: { ref: arnOf, attribute: arnOf, importValue: () => UNKNOWN, fail },
  });
  return Object.entries(template.resources)
    .filter(([, resource]) => isWanted(resource.Condition, scope, []) !== false)
    .map(([logicalId, resource]) => ({
      type: resource.Type,
      name: nameFor(logicalId),
      arn: arnOf(logicalId) ?? '',
      properties: evaluate(resource.Properties ?? {}, [], scope) as Readonly<Record<string, unknown>>, // an object evaluates to an object
    }));
}

function arnFor(type: string, name: string): string | undefined {
  const prefix = NAMED[type]?.[1];
  return prefix && `arn:aws:${prefix.replace('@', `${ENVIRONMENT.region}:${ENVIRONMENT.accountId}`)}${name}`;
}

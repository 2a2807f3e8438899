/**
 * Walks synthesized templates and finds every edge on which something is handed over without anybody waiting for the answer,
 * and where what fails on it is left. An edge without such a place loses events in silence.
 *
 * 1. Every resource type is either known to start no edge (`QUIET`) or has a finder; an unknown type is an error, so that a
 *    new kind of edge cannot slip by.
 * 2. A place to leave failures counts only if it is a queue of these templates.
 */
import { at, type Resource, resourcesOfType, type Template, type Templates } from './synthesis.ts';

export interface AsynchronousEdge {
  /** For example `processing/SessionProfileEvents: stream to function`. */
  readonly name: string;
  /** The queue that receives what fails, by name. */
  readonly deadLetters: string | undefined;
  /** Takes the place away, for the test's own test. */
  readonly sever: () => void;
}

/** A queue of the templates. */
interface QueueAt {
  readonly stack: string;
  readonly id: string;
  readonly resource: Resource;
}

const QUIET: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'Custom::RegisteredSchemas', // the deployment waits for its answer
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::DynamoDB::Table',
  'AWS::Events::Archive',
  'AWS::Events::EventBus',
  'AWS::EventSchemas::Registry',
  'AWS::EventSchemas::Schema',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Kinesis::Stream',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SSM::Parameter',
  'AWS::StepFunctions::StateMachine',
]);

/** All edges of all templates. @throws when a resource type is unknown, or a bucket notifies somebody */
export function asynchronousEdges(templates: Templates): readonly AsynchronousEdge[] {
  const queues = queuesOf(templates);
  return Object.entries(templates).flatMap(([stack, template]) =>
    Object.entries(template.Resources).flatMap(([id, resource]) =>
      edgesFrom({ stack, id, resource, template, queues }),
    ),
  );
}

interface Place {
  readonly stack: string;
  readonly id: string;
  readonly resource: Resource;
  readonly template: Template;
  readonly queues: readonly QueueAt[];
}

function edgesFrom(place: Place): readonly AsynchronousEdge[] {
  const { Type: type, Properties: properties = {} } = place.resource;
  switch (type) {
    case 'AWS::Lambda::EventSourceMapping':
      return [at(properties, 'StartingPosition') ? streamToFunction(place) : queueToFunction(place)];
    case 'AWS::Events::Rule':
      return listOf(at(properties, 'Targets')).flatMap(target => targetEdges(place, target));
    case 'AWS::Scheduler::Schedule':
      return targetEdges(place, at(properties, 'Target'));
    case 'AWS::SQS::Queue':
      return isDeadLetterQueue(place) ? [] : [edge(place, 'queue to whoever reads it', properties, REDRIVE)];
    case 'AWS::S3::Bucket':
      if (at(properties, 'NotificationConfiguration')) throw unknown(place, 'notifications of a bucket');
      return [];
    case 'AWS::SNS::Subscription':
      // A mailbox: SNS has no dead-letter queue for e-mail, and the alarm stays red in CloudWatch.
      if (at(properties, 'Protocol') === 'email') return [];
      return [edge(place, 'topic to subscriber', properties, REDRIVE)];
    default:
      if (QUIET.has(type)) return [];
      throw unknown(place, type);
  }
}

type Path = readonly [string, string, ...string[]];
const REDRIVE: Path = ['RedrivePolicy', 'deadLetterTargetArn'];
const DEAD_LETTER_CONFIG: Path = ['DeadLetterConfig', 'Arn'];
const ON_FAILURE: Path = ['DestinationConfig', 'OnFailure', 'Destination'];
const FUNCTION_DEAD_LETTERS: Path = ['DeadLetterConfig', 'TargetArn'];

function streamToFunction(place: Place): AsynchronousEdge {
  return edge(place, 'stream to function', place.resource.Properties, ON_FAILURE);
}

/** A queue that feeds a function leaves failures where its own redrive policy says. */
function queueToFunction(place: Place): AsynchronousEdge {
  const source = findQueue(place, at(place.resource, 'Properties', 'EventSourceArn'));
  const kind = `queue to function ${place.id}`;
  return source
    ? edge({ ...place, stack: source.stack }, kind, source.resource.Properties, REDRIVE)
    : edge(place, kind, undefined, REDRIVE);
}

/** The delivery to the target; and, when the target is a function, its run, for which nobody waits. */
function targetEdges(place: Place, target: unknown): readonly AsynchronousEdge[] {
  const delivery = edge(place, 'delivery to target', target, DEAD_LETTER_CONFIG);
  const id = getAttId(at(target, 'Arn'));
  const isFunction = id !== undefined && place.template.Resources[id]?.Type === 'AWS::Lambda::Function';
  return isFunction ? [delivery, asynchronousRun(place, id)] : [delivery];
}

function asynchronousRun(place: Place, functionId: string): AsynchronousEdge {
  const run = `asynchronous run of ${functionId}`;
  const config = resourcesOfType(place.template, 'AWS::Lambda::EventInvokeConfig').find(
    ([, { Properties }]) => at(Properties, 'FunctionName', 'Ref') === functionId,
  );
  return config
    ? edge(place, run, config[1].Properties, ON_FAILURE)
    : edge(place, run, place.template.Resources[functionId]?.Properties, FUNCTION_DEAD_LETTERS);
}

function edge(place: Place, kind: string, from: unknown, path: Path): AsynchronousEdge {
  const name = at(findQueue(place, at(from, ...path)), 'resource', 'Properties', 'QueueName');
  return {
    name: `${place.stack}/${place.id}: ${kind}`,
    deadLetters: typeof name === 'string' ? name : undefined,
    sever: () => {
      if (typeof from === 'object' && from !== null) Reflect.deleteProperty(from, path[0]);
    },
  };
}

function queuesOf(templates: Templates): readonly QueueAt[] {
  return Object.entries(templates).flatMap(([stack, template]) =>
    resourcesOfType(template, 'AWS::SQS::Queue').map(([id, resource]) => ({ stack, id, resource })),
  );
}

/** By `Fn::GetAtt` in the same template, or by an ARN that ends in the queue's name. */
function findQueue({ stack, queues }: Place, arn: unknown): QueueAt | undefined {
  const id = getAttId(arn);
  if (id !== undefined) return queues.find(queue => queue.stack === stack && queue.id === id);
  const name = String(listOf(at(arn, 'Fn::Join', 1)).at(-1))
    .split(':')
    .at(-1);
  return queues.find(({ resource }) => at(resource, 'Properties', 'QueueName') === name);
}

/** The logical id in `{"Fn::GetAtt": [id, attribute]}`; the CDK writes the list form only. */
function getAttId(value: unknown): string | undefined {
  const id = at(value, 'Fn::GetAtt', 0);
  return typeof id === 'string' ? id : undefined;
}

/** Whether the queue is where some edge of its own template leaves failures. */
function isDeadLetterQueue({ id, template }: Place): boolean {
  return Object.values(template.Resources).some(({ Properties }) => {
    const holders = [Properties, at(Properties, 'Target'), ...listOf(at(Properties, 'Targets'))];
    return holders.some(holder =>
      [REDRIVE, DEAD_LETTER_CONFIG, ON_FAILURE, FUNCTION_DEAD_LETTERS].some(
        path => getAttId(at(holder, ...path)) === id,
      ),
    );
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function unknown({ stack, id }: Place, what: string): Error {
  return new Error(`Cannot tell the asynchronous edges of ${stack}/${id}: ${what} must be classified first`);
}

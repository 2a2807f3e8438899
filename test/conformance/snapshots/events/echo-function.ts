import type { EventsStage } from './events-stage.ts';

const MARK = 'received ';
/** Writes what it receives into its log. */
const SOURCE = `exports.handler = async event => { console.log(${JSON.stringify(MARK)} + JSON.stringify(event)); };`;

export interface EchoFunction {
  readonly name: string;
  readonly arn: string;
}

/** Makes a function that remembers its events in its log. */
export async function echoFunction(stage: EventsStage): Promise<EchoFunction> {
  const name = stage.name('function');
  const { FunctionArn: arn } = await stage.call<{ FunctionArn: string }>('lambda', 'CreateFunction', {
    FunctionName: name,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: await stage.role('logs:PutLogEvents', '*'),
    Code: { ZipFile: SOURCE },
  });
  return { name, arn };
}

/** Lets a rule invoke the function. */
export async function mayInvoke(stage: EventsStage, { name }: EchoFunction, ruleArn: string): Promise<void> {
  await stage.call('lambda', 'AddPermission', {
    FunctionName: name,
    StatementId: stage.name('statement'),
    Action: 'lambda:InvokeFunction',
    Principal: 'events.amazonaws.com',
    SourceArn: ruleArn,
  });
}

/** The events that such a function has received, parsed. */
export async function eventsOf(stage: EventsStage, functionName: string): Promise<readonly unknown[]> {
  const { events } = await stage.call<{ events: readonly { message: string }[] }>('logs', 'FilterLogEvents', {
    logGroupName: `/aws/lambda/${functionName}`,
  });
  return events.flatMap(({ message }) => {
    const at = message.indexOf(MARK);
    return at < 0 ? [] : [JSON.parse(message.slice(at + MARK.length))];
  });
}

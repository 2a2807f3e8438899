import { AwsError } from '../../../cloud/aws-error.ts';
import type { StatesEngine } from '../states-engine.ts';
import type { Action } from './action.ts';

/** `SendTaskSuccess`: the task that holds the token has this result. */
export const sendTaskSuccess: Action = engine => input => {
  const output = parseOutput(String(input.output));
  engine.tokens.answer(openToken(engine, input.taskToken), { output });
  return {};
};

/** `SendTaskFailure`: the task that holds the token failed. */
export const sendTaskFailure: Action = engine => input => {
  const token = openToken(engine, input.taskToken);
  engine.tokens.answer(token, { error: textOrNothing(input.error), cause: textOrNothing(input.cause) });
  return {};
};

/** `SendTaskHeartbeat`: the task that holds the token is being worked on. */
export const sendTaskHeartbeat: Action = engine => input => {
  engine.tokens.heartbeat(openToken(engine, input.taskToken), engine.cloud.clock.now());
  return {};
};

function openToken(engine: StatesEngine, token: unknown): string {
  const text = String(token);
  switch (engine.tokens.state(text)) {
    case 'open':
      return text;
    case 'closed':
      throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    case 'unknown':
      throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  }
}

function parseOutput(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError('InvalidOutput', `Invalid Output: '${text}'`);
  }
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

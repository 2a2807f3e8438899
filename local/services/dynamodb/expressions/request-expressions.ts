import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { type BoundCondition, bindCondition } from './condition-binding.ts';
import { parseCondition } from './condition-parser.ts';
import type { DocumentPath } from './document-path.ts';
import { cachedParse } from './parse-cache.ts';
import { Placeholders } from './placeholders.ts';
import { parseProjection } from './projection-parser.ts';
import type { ExpressionKind } from './tokens.ts';
import { type BoundUpdate, bindUpdate } from './update-binding.ts';
import { parseUpdate } from './update-parser.ts';

type ConditionKind = 'ConditionExpression' | 'FilterExpression' | 'KeyConditionExpression';

const PARSE_CONDITION = {
  ConditionExpression: cachedParse(source => parseCondition('ConditionExpression', source)),
  FilterExpression: cachedParse(source => parseCondition('FilterExpression', source)),
  KeyConditionExpression: cachedParse(source => parseCondition('KeyConditionExpression', source)),
};
const PARSE_UPDATE = cachedParse(parseUpdate);
const PARSE_PROJECTION = cachedParse(parseProjection);

/**
 * The expressions of one request, parsed and bound to its names and values. Ask for each that the operation has, then
 * `checkAllUsed`.
 */
export class RequestExpressions {
  readonly #input: JsonObject;
  readonly #placeholders: Placeholders;

  /**
   * @param parameters the expression parameters of the operation, main one first
   * @throws AwsError ValidationException
   */
  constructor(input: JsonObject, parameters: readonly ExpressionKind[]) {
    this.#input = input;
    this.#placeholders = new Placeholders(input, parameters);
  }

  /** @throws AwsError ValidationException */
  condition(kind: ConditionKind): BoundCondition | undefined {
    const source = this.#source(kind);
    return source === undefined ? undefined : bindCondition(kind, PARSE_CONDITION[kind](source), this.#placeholders);
  }

  /** @throws AwsError ValidationException */
  update(): BoundUpdate | undefined {
    const source = this.#source('UpdateExpression');
    return source === undefined ? undefined : bindUpdate(PARSE_UPDATE(source), this.#placeholders);
  }

  /** @throws AwsError ValidationException */
  projection(): readonly DocumentPath[] | undefined {
    const source = this.#source('ProjectionExpression');
    if (source === undefined) return undefined;
    return PARSE_PROJECTION(source).map(path => this.#placeholders.path('ProjectionExpression', path));
  }

  /** @throws AwsError ValidationException when a placeholder was defined and no expression has it */
  checkAllUsed(): void {
    this.#placeholders.checkAllUsed();
  }

  #source(kind: ExpressionKind): string | undefined {
    const source = this.#input[kind];
    if (source === undefined || source === null) return undefined;
    if (typeof source !== 'string') throw new AwsError('SerializationException', `${kind} is not a string`);
    return source;
  }
}

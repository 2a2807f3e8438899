import { FUNCTIONS, type MathContext } from './functions.ts';
import type { Expression } from './parse-expression.ts';
import { combine, MathError, type MathValue, mapValue, scalar } from './value.ts';

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  '||': (a, b) => Number(a !== 0 || b !== 0),
};
/** Words that are arguments and not names of metrics. */
const KEYWORDS = new Set(['REPEAT', 'LINEAR', 'ASC', 'DESC']);

/** @param lookUp answers the value of another query of the request. @throws MathError */
export function evaluateExpression(
  expression: Expression,
  context: MathContext,
  lookUp: (id: string) => MathValue,
): MathValue {
  const evaluate = (part: Expression): MathValue => evaluateExpression(part, context, lookUp);
  switch (expression.kind) {
    case 'number':
      return scalar(expression.value);
    case 'text':
      return { kind: 'text', text: expression.text };
    case 'name':
      return KEYWORDS.has(expression.name) ? { kind: 'text', text: expression.name } : lookUp(expression.name);
    case 'negate':
      return mapValue(evaluate(expression.operand), number => -number);
    case 'operation': {
      const operator = OPERATORS[expression.operator];
      if (!operator) throw new MathError(`there is no operator '${expression.operator}'`);
      return combine(evaluate(expression.left), evaluate(expression.right), operator);
    }
    case 'call': {
      const called = FUNCTIONS.get(expression.name);
      if (!called) throw new MathError(`the function ${expression.name} is not supported`);
      return called(expression.parameters.map(evaluate), context);
    }
    case 'list':
      return { kind: 'list', series: expression.items.map(evaluate).map(seriesOf) };
  }
}

function seriesOf(value: MathValue) {
  if (value.kind !== 'series') throw new MathError(`a list holds time series, not a ${value.kind}`);
  return value.points;
}

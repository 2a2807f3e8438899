import type { JsonObject } from '../../../cloud/service.ts';
import { isJsonObject } from '../json-object.ts';
import { isComparison } from '../states/choice-comparison.ts';
import { checkPath } from './check-paths.ts';
import type { DefinitionReport } from './definition-report.ts';
import type { QueryLanguage } from './state-definition.ts';

export interface ChoicesPlace {
  readonly report: DefinitionReport;
  readonly location: string;
  readonly language: QueryLanguage;
}

const RULE_FIELDS = ['Variable', 'And', 'Or', 'Not', 'Next', 'Comment', 'Assign'];
const CONDITION_FIELDS = ['Condition', 'Next', 'Output', 'Assign', 'Comment'];

/** Checks the `Choices` of a Choice state. */
export function checkChoices({ Choices }: JsonObject, { report, location, language }: ChoicesPlace): void {
  if (Choices === undefined) return;
  const at = `${location}/Choices`;
  if (!Array.isArray(Choices) || Choices.length === 0) {
    report.error('Array must not be empty', at);
    return;
  }
  for (const [index, choice] of Choices.entries()) {
    const place = { report, location: `${at}[${index}]`, language };
    if (!isJsonObject(choice)) report.error('Expected value of type Object', place.location);
    else if (language === 'JSONata') checkCondition(choice, place);
    else checkTopRule(choice, place);
  }
}

function checkCondition(choice: JsonObject, { report, location }: ChoicesPlace): void {
  const missing = ['Condition', 'Next'].filter(field => choice[field] === undefined);
  if (missing.length > 0) report.error(`These fields are required: [${missing.join(', ')}]`, location);
  for (const field of Object.keys(choice)) {
    if (!CONDITION_FIELDS.includes(field)) report.error('Field is not supported', `${location}/${field}`);
  }
}

function checkTopRule(choice: JsonObject, place: ChoicesPlace): void {
  if (choice.Next === undefined) place.report.error('These fields are required: [Next]', place.location);
  checkRule(choice, place);
}

function checkRule(rule: unknown, place: ChoicesPlace): void {
  const { report, location } = place;
  if (!isJsonObject(rule)) {
    report.error('Expected value of type Object', location);
    return;
  }
  for (const field of Object.keys(rule)) {
    if (!RULE_FIELDS.includes(field) && !isComparison(field)) {
      report.error('Field is not supported', `${location}/${field}`);
    }
  }
  if (rule.Not !== undefined) {
    checkRule(rule.Not, { ...place, location: `${location}/Not` });
    return;
  }
  const joint = ['And', 'Or'].find(field => rule[field] !== undefined);
  if (joint === undefined) checkComparison(rule, place);
  else checkRules(rule[joint], { ...place, location: `${location}/${joint}` });
}

function checkRules(rules: unknown, place: ChoicesPlace): void {
  if (!Array.isArray(rules) || rules.length === 0) {
    place.report.error('Array must not be empty', place.location);
    return;
  }
  for (const [index, rule] of rules.entries()) checkRule(rule, { ...place, location: `${place.location}[${index}]` });
}

function checkComparison(rule: JsonObject, { report, location }: ChoicesPlace): void {
  if (rule.Variable === undefined) {
    report.error('These fields are required: [Variable]', location);
    return;
  }
  checkPath(rule.Variable, { report, location: `${location}/Variable` });
  const operators = Object.keys(rule).filter(isComparison);
  if (operators.length !== 1) {
    report.error('Exactly one comparison operator is required', location);
    return;
  }
  for (const operator of operators) {
    if (operator.endsWith('Path')) checkPath(rule[operator], { report, location: `${location}/${operator}` });
  }
}

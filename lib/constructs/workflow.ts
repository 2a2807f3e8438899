import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { MillraceConfig } from '../config.ts';
import { resourceName } from '../names.ts';
import { removalPolicy } from '../removal-policy.ts';

export interface WorkflowProps {
  readonly config: MillraceConfig;
  /** The file `statemachines/<name>.asl.json`. */
  readonly name: string;
  readonly comment: string;
  /** Values of the `${…}` placeholders in the file; each of the two must know all of the other. */
  readonly substitutions: Readonly<Record<string, string>>;
}

const DEFINITIONS = join(import.meta.dirname, '../../statemachines');

/**
 * A Standard workflow from its file, every event logged, traced. What it may call is granted by its stack. The log holds
 * which states were entered and what failed, and no input or output: those name travellers and payment tokens, and the
 * execution's own history has them for who may read it.
 */
export class Workflow extends Construct {
  /** The physical name as plain text, for other stacks: it carries no reference. */
  readonly plainName: string;
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { config, name, comment, substitutions }: WorkflowProps) {
    super(scope, id);
    const definition = readFileSync(join(DEFINITIONS, `${name}.asl.json`), 'utf8');
    requireSamePlaceholders(name, definition, Object.keys(substitutions));
    this.plainName = resourceName(config, name);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: this.plainName,
      stateMachineType: StateMachineType.STANDARD,
      comment,
      definitionBody: DefinitionBody.fromString(JSON.stringify(JSON.parse(definition))),
      definitionSubstitutions: { ...substitutions },
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Logs', {
          logGroupName: `/aws/vendedlogs/states/${this.plainName}`,
          retention: config.logRetentionDays,
          removalPolicy: removalPolicy(config),
        }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
      removalPolicy: removalPolicy(config),
    });
    Validations.of(this.stateMachine.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'Log delivery and X-Ray know no resource that their actions could be limited to (Step Functions guide, logging and tracing); every other right of this role names its resources.',
    });
  }
}

/** A placeholder without a value would reach AWS as text, and fail only when the workflow gets there. */
function requireSamePlaceholders(name: string, definition: string, given: readonly string[]): void {
  const used = new Set(Array.from(definition.matchAll(/\$\{(\w+)\}/g), match => match[1]));
  const missing = [...used].filter(placeholder => placeholder === undefined || !given.includes(placeholder));
  const unused = given.filter(placeholder => !used.has(placeholder));
  if (missing.length + unused.length > 0) {
    throw new Error(
      `Cannot read statemachines/${name}.asl.json: placeholders and values must be the same, without a value [${missing.join(', ')}], without a place [${unused.join(', ')}]`,
    );
  }
}

import { createHash } from 'node:crypto';

/** Where a template is carried out. */
export interface Environment {
  /** 12 digits. */
  readonly accountId: string;
  readonly region: string;
}

const NAME_HASH_LENGTH = 12;

/** The pseudo parameters, by name. `AWS::NoValue` is not among them: it is nothing. */
export function pseudoParameters(environment: Environment, stackName: string): ReadonlyMap<string, unknown> {
  const { accountId, region } = environment;
  const digest = createHash('sha256').update(stackName).digest('hex');
  const stackUuid = [8, 12, 16, 20, 32].map((end, index, ends) => digest.slice(ends[index - 1] ?? 0, end)).join('-');
  return new Map<string, unknown>([
    ['AWS::AccountId', accountId],
    ['AWS::NotificationARNs', []],
    ['AWS::Partition', 'aws'],
    ['AWS::Region', region],
    ['AWS::StackId', `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/${stackUuid}`],
    ['AWS::StackName', stackName],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ]);
}

/** Fills in `${AWS::AccountId}` and the like in text that stands outside a template (asset locations). */
export function fillPlaceholders(text: string, environment: Environment): string {
  const values: Readonly<Record<string, string>> = {
    AccountId: environment.accountId,
    Region: environment.region,
    Partition: 'aws',
  };
  return text.replace(/\$\{AWS::(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/**
 * A name as CloudFormation generates it, except that the same resource has the same name at every start. Cut from the
 * left-hand parts, so that the ending keeps it unique.
 */
export function generatedName(stackName: string, logicalId: string, maxLength: number): string {
  const digest = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex');
  const hash = BigInt(`0x${digest}`).toString(36).toUpperCase().slice(0, NAME_HASH_LENGTH);
  const room = Math.max(0, maxLength - hash.length - 1);
  const readable = `${stackName}-${logicalId}`.slice(0, room).replace(/-$/, '');
  return readable === '' ? hash.slice(0, maxLength) : `${readable}-${hash}`;
}

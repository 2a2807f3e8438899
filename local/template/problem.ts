import type { Path } from './intrinsics/intrinsic.ts';

/** One reason why a template cannot be carried out. */
export interface TemplateProblem {
  readonly stack: string;
  readonly logicalId?: string;
  readonly constructPath?: string;
  /** Dotted; from the resource, or from the template where the problem is in no resource. */
  readonly path: string;
  readonly reason: string;
}

/** The template asks for what the embedded cloud does not have, or contradicts itself. Nothing has been made. */
export class UnsupportedTemplateError extends Error {
  readonly code = 'UnsupportedTemplate';
  readonly problems: readonly TemplateProblem[];

  constructor(problems: readonly TemplateProblem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super([`Cannot provision the template: ${count}`, ...problems.map(problem => `  ${describe(problem)}`)].join('\n'));
    this.name = 'UnsupportedTemplateError';
    this.problems = problems;
  }
}

/** Making one resource failed, after others may have been made. */
export class ProvisioningError extends Error {
  readonly code = 'ProvisioningFailed';
  readonly problem: TemplateProblem;

  constructor(problem: TemplateProblem, cause?: unknown) {
    super(`Cannot provision ${describe(problem)}`, { cause });
    this.name = 'ProvisioningError';
    this.problem = problem;
  }
}

function describe({ stack, logicalId, constructPath, path, reason }: TemplateProblem): string {
  const where = logicalId === undefined ? stack : `${stack}/${logicalId}`;
  const construct = constructPath === undefined ? '' : ` (${constructPath})`;
  return `${where}${construct}: ${path === '' ? '' : `${path}: `}${reason}`;
}

export function dotted(path: Path): string {
  return path
    .map(step => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { CfnElement } from 'aws-cdk-lib';

const ROOT = resolve(import.meta.dirname, '../..');
/** `RoutingStack.#deliver (/there/lib/stacks/routing-stack.ts:90:5)`, or the file and line alone. */
const FRAME = /(?:^|[\s(]|file:\/\/)((?:[A-Za-z]:)?[\\/][^():]*\.[cm]?[jt]s):(\d+)/;

interface Frame {
  readonly file: string;
  readonly line: number;
}

/**
 * Where an element of the template was defined: `lib/stacks/routing-stack.ts:53`. Of all the calls that led to it, the one that
 * names it; where none does, the first that is not inside a construct of ours.
 */
export function sourceLine(element: CfnElement): string | undefined {
  const frames = element.creationStack.flatMap(text => frameOf(text) ?? []);
  const ids = element.node.path.split('/').slice(1);
  const naming = ids.flatMap(id => frames.find(frame => textAround(frame).includes(`'${id}'`)) ?? []);
  const chosen = naming[0] ?? frames.find(({ file }) => !file.includes('/lib/constructs/')) ?? frames[0];
  return chosen && `${relative(ROOT, chosen.file)}:${chosen.line}`;
}

function frameOf(text: string): Frame | undefined {
  const [, file, line] = FRAME.exec(text) ?? [];
  if (file === undefined || line === undefined || file.includes('node_modules')) return undefined;
  return { file, line: Number(line) };
}

/** The line of a call and the one after it: a call's first argument may stand there. */
function textAround({ file, line }: Frame): string {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .slice(line - 1, line + 1)
      .join('\n');
  } catch {
    return '';
  }
}

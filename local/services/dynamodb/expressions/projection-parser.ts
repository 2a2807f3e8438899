/** Parses projection expressions. */
import { parsePath, TextFaults, type WrittenPath } from './syntax.ts';
import { TokenReader } from './tokens.ts';

/** @throws AwsError ValidationException naming the token that is wrong */
export function parseProjection(source: string): readonly WrittenPath[] {
  const reader = new TokenReader('ProjectionExpression', source);
  const faults = new TextFaults();
  const paths = [parsePath(reader, faults)];
  while (reader.takeSymbol(',')) paths.push(parsePath(reader, faults));
  reader.expectEnd();
  faults.report(reader);
  return paths;
}

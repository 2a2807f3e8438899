/** The key of a record that belongs to an execution or a Map run. An ARN may hold the character, what follows it cannot. */
export function keyOf(arn: string, rest: string | number): string {
  return `${arn}#${rest}`;
}

export function splitKey(key: string): { readonly arn: string; readonly rest: string } {
  const mark = key.lastIndexOf('#');
  return { arn: key.slice(0, mark), rest: key.slice(mark + 1) };
}
